import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FIELDS } from "../../scripts/smoke/kinds.ts";
import type { LocalState } from "../../scripts/tooling/local-state.ts";
import { root } from "../../scripts/tooling/root.ts";
import { attributeKinds } from "../../src/domain/attribute-kinds/registry.ts";
import { deleteState, makeMigratedState } from "../support/migrated-state.ts";
import { type Server, startServer } from "../support/server.ts";

const TOKEN = "only for the smoke test";

let state: LocalState;
let server: Server;

beforeAll(async () => {
  state = await makeMigratedState();
  server = await startServer({ folder: state.folder, env: { REGISTRATION_TOKEN: TOKEN } });
});

afterAll(async () => {
  await server?.stop();
  if (state) deleteState(state);
});

async function smoke(...args: string[]): Promise<{ code: number; output: string; failed: string[] }> {
  const program = [join(root, "scripts/smoke.ts"), ...args];
  const { code, output } = await promisify(execFile)(process.execPath, program).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
  const failed = [...output.matchAll(/^ {2}✗ ([^:]+):/gm)].map(([, name]) => String(name));
  return { code, output, failed };
}

test("the smoke test passes against a real server, and cleans up after itself", async () => {
  const { code, output, failed } = await smoke("--base", `${server.url}/`, "--registration-token", TOKEN);
  expect(failed, output).toEqual([]);
  expect(output).toMatch(/\n\d{2} passed, 0 failed\n$/);
  expect(output).toContain("✓ the table is deleted");
  expect(output).toContain("These companies stay");
  expect(code).toBe(0);
});

test("it tries a field of every kind that there is", () => {
  const tried = new Set([...FIELDS.map(({ value_type }) => value_type), "user", "relation"]);
  expect([...tried].sort()).toEqual(attributeKinds.map(({ name }) => name).sort());
});

test("it finds what a defective server does wrong, and nothing else", async () => {
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    // Two defects: If-Match goes unseen, and what is forbidden is answered as if it had been done.
    const { host: _, connection: __, "content-length": ___, "if-match": ____, ...headers } = request.headers;
    const answer = await fetch(server.url + request.url, {
      method: request.method,
      headers: headers as Record<string, string>,
      body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
    });
    const kept = [...answer.headers].filter(([name]) => !/^content-(length|encoding)$/.test(name));
    response.writeHead(answer.status === 403 ? 200 : answer.status, Object.fromEntries(kept));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  try {
    const base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { code, output, failed } = await smoke("--base", base, "--registration-token", TOKEN);
    expect(failed, output).toEqual([
      "a change of an outdated version is refused",
      "the colleague gets 403 on changing and deleting them, and on everything else",
      "a right that is taken away is gone with the next request",
      "a colleague without the right cannot send",
    ]);
    expect(output).toContain("✓ the table is deleted");
    expect(output).toMatch(/, 4 failed\n$/);
    expect(code).toBe(1);
  } finally {
    proxy.close();
  }
});

test("without the registration token it says why it fails", async () => {
  const { code, output } = await smoke("--base", server.url);
  expect(output).toContain(
    "✗ a company is registered: POST /api/auth/register answered 403 registration_closed",
  );
  expect(code).toBe(1);
});

test.for([
  ["http://127.0.0.1:1", /✗ \/healthz says ok: GET \/healthz got no answer: .+\n\n0 passed, 1 failed\n$/],
  ["localhost:8787", /--base must be an address/],
] as const)("it says so when there is no server at %s", async ([base, words]) => {
  const { code, output } = await smoke("--base", base);
  expect(output).toMatch(words);
  expect(code).toBe(1);
});
