import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, inject, it } from "vitest";
import { DEMO_PASSWORD } from "../../scripts/demo-accounts.ts";
import type { LocalState } from "../../scripts/tooling/local-state.ts";
import { root } from "../../scripts/tooling/root.ts";
import { runWrangler } from "../../scripts/tooling/wrangler.ts";
import { deleteState, makeMigratedState } from "../support/migrated-state.ts";
import { type Server, startServer } from "../support/server.ts";

const states: LocalState[] = [];
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  states.splice(0).forEach(deleteState);
});

async function makeState(): Promise<LocalState> {
  const state = await makeMigratedState();
  states.push(state);
  return state;
}

async function start(state: LocalState, env?: Record<string, string>): Promise<Server> {
  const server = await startServer({ folder: state.folder, env });
  servers.push(server);
  return server;
}

/** Runs one of the project's scripts to its end and answers what it printed, whether it failed or not. */
async function run(script: string, ...args: string[]): Promise<{ code: number; printed: string }> {
  const program = [join(root, "scripts", script), ...args];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, program, { cwd: root });
    return { code: 0, printed: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, printed: stdout + stderr };
  }
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("npm start", () => {
  it("serves documents and API, keeps the data over a restart, and tells a second one that the port is taken", async () => {
    const state = await makeState();
    const first = await start(state);
    for (const path of [
      "/healthz",
      "/openapi.json",
      "/docs",
      "/docs/swagger-ui-bundle.js",
      "/docs/init.js",
    ]) {
      const answer = await fetch(first.url + path);
      expect([path, answer.status]).toEqual([path, 200]);
      await answer.arrayBuffer();
    }
    const account = { email: "keeper@start.example", password: DEMO_PASSWORD };
    const registered = await post(`${first.url}/api/auth/register`, account);
    expect(registered.status).toBe(201);
    // Nothing is sent, so whoever develops sees the mail here, with a link to this server.
    await post(`${first.url}/api/auth/password-reset`, { email: account.email });
    const link = `${first.url}/admin/password-reset?token=`;
    await expect.poll(first.output, { timeout: 30_000 }).toContain(link);
    expect(first.output()).toContain(`To: ${account.email}`);

    const second = await run("start.ts", "--port", String(first.port), "--persist-to", state.folder);
    expect(second.code).toBe(1);
    expect(second.printed).toContain(`Port ${first.port} is taken`);
    await first.stop();

    const again = await start(state, { REGISTRATION_TOKEN: "open-sesame" });
    expect(again.output()).not.toContain("Applying migrations");
    expect(again.output()).not.toContain("Seeding");
    const form = new URLSearchParams({ username: account.email, password: account.password });
    const loggedIn = await fetch(`${again.url}/api/auth/token`, { method: "POST", body: form });
    expect(loggedIn.status).toBe(200);

    // A setting from the environment holds.
    const guest = { email: "guest@start.example", password: DEMO_PASSWORD };
    expect((await post(`${again.url}/api/auth/register`, guest)).status).toBe(403);
    const invited = { ...guest, registration_token: "open-sesame" };
    expect((await post(`${again.url}/api/auth/register`, invited)).status).toBe(201);
  });

  it("says what is wrong with its options", async () => {
    expect(await run("start.ts", "--port", "http")).toMatchObject({
      code: 1,
      printed: expect.stringContaining("--port must be a number"),
    });
    expect(await run("start.ts", "--prot", "8787")).toMatchObject({
      code: 1,
      printed: expect.stringContaining("--prot"),
    });
  });
});

describe("npm run migrate", () => {
  // A wrangler command takes seconds, so the reduced run leaves this to the full one.
  if (inject("full"))
    it("leaves nothing that wrangler would still apply", async () => {
      const { folder } = await makeState();
      const listed = await runWrangler([
        "d1",
        "migrations",
        "list",
        "TENANTS_02",
        "--local",
        "--persist-to",
        folder,
      ]);
      expect(listed).toContain("No migrations to apply");
    });

  it("does not touch a deployment whose databases were never created", async () => {
    const { code, printed } = await run("migrate.ts", "--remote");
    expect(code).toBe(1);
    expect(printed).toContain("npx wrangler d1 create edge-crm-directory");
  });
});

describe("npm run reset", () => {
  it("deletes the local databases", async () => {
    const { folder } = await makeState();
    const { code, printed } = await run("reset.ts", "--persist-to", folder);
    expect(code).toBe(0);
    expect(printed).toContain(`Deleted the local databases in ${folder}`);
    expect(existsSync(folder)).toBe(false);
  });
});
