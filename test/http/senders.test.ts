import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { makeHeldQueue } from "../support/held-queue.ts";
import { openDesk } from "../support/messaging.ts";
import { makeWorld } from "../support/world.ts";

const world = makeWorld({ queue: makeHeldQueue() });
const TOKEN = "wappi-token-that-must-not-leak";
const WAPPI = { name: "WhatsApp", provider: "wappi", credentials: { token: TOKEN, profile_id: "p1" } };

async function rows(tenantId: string): Promise<string> {
  const tables = ["senders", "idempotency_keys", "deliveries", "dead_letters"];
  const found = await env.TENANTS_01.batch(
    tables.map((table) =>
      env.TENANTS_01.prepare(`SELECT * FROM ${table} WHERE tenant_id = ?`).bind(tenantId),
    ),
  );
  return JSON.stringify(found.map(({ results }) => results));
}

describe("senders", () => {
  it("begin with a sandbox", async () => {
    const { owner } = await world.tenant();
    const { body, cost } = await owner.get("/api/senders");
    expect(body).toMatchObject([
      { name: "Sandbox", provider: "sandbox", status: "ok", has_credentials: false },
    ]);
    expect(cost.trips).toBe(1);
  });

  it("are set up, changed and deleted; their credentials never come back", async () => {
    const { owner, id: tenantId } = await world.tenant();
    const created = await owner.post<{ id: string; webhook_url: string }>("/api/senders", WAPPI, {
      headers: { "idempotency-key": "create" },
    });
    expect(created.status).toBe(201);
    const path = `/api/senders/${created.body.id}`;
    expect(created.headers.get("location")).toBe(path);
    expect(created.body).toMatchObject({
      name: "WhatsApp",
      provider: "wappi",
      status: "ok",
      status_reason: null,
      rate_per_minute: 20,
      has_credentials: true,
    });
    const again = await owner.post("/api/senders", WAPPI, { headers: { "idempotency-key": "create" } });
    expect(again.body).toEqual(created.body);
    const got = await owner.get<{ webhook_url: string }>(path);
    expect(got.body).toEqual(created.body);
    expect(got.body.webhook_url).toMatch(/^\/hooks\/wappi\/01\.[^/]{100,}$/);

    const patched = await owner.patch(path, { name: "Main", rate_per_minute: 5, status: "paused" });
    expect(patched.body).toMatchObject({ name: "Main", rate_per_minute: 5, status: "paused" });
    expect((await owner.patch(path, { credentials: null })).body).toMatchObject({
      errors: [{ path: "credentials", code: "required" }],
    });

    const stored = await rows(tenantId);
    const webhookToken = got.body.webhook_url.split(".").at(-1) ?? "";
    for (const secret of [TOKEN, webhookToken]) expect(stored).not.toContain(secret);
    for (const answer of [created, got, patched]) expect(answer.text).not.toContain(TOKEN);

    expect((await owner.delete(path)).status).toBe(204);
    expect((await owner.get(path)).status).toBe(404);
    expect((await owner.delete(path)).status).toBe(404);
  });

  it.each([
    [{ ...WAPPI, credentials: undefined }, "credentials", "required"],
    [{ ...WAPPI, credentials: { token: TOKEN } }, "credentials.profile_id", "required"],
    [{ ...WAPPI, credentials: { token: 5, profile_id: "p" } }, "credentials.token", "wrong_type"],
    [
      { ...WAPPI, credentials: { token: "два слова", profile_id: "p" } },
      "credentials.token",
      "invalid_format",
    ],
    [{ ...WAPPI, credentials: { token: "", profile_id: "p" } }, "credentials.token", "required"],
    [{ ...WAPPI, credentials: { token: "t".repeat(501), profile_id: "p" } }, "credentials.token", "too_long"],
    [
      { ...WAPPI, credentials: { token: "t", profile_id: "p", url: "x" } },
      "credentials.url",
      "unknown_field",
    ],
    [{ ...WAPPI, provider: "sandbox" }, "credentials.token", "unknown_field"],
    [{ ...WAPPI, provider: "pigeon" }, "provider", "invalid_choice"],
    [{ ...WAPPI, rate_per_minute: 0 }, "rate_per_minute", "too_small"],
    [{ ...WAPPI, base_url: "http://10.0.0.1" }, "base_url", "unknown_field"],
  ])("are refused with a path: %o", async (body, path, code) => {
    const { owner } = await world.tenant();
    const { status, body: problem, text } = await owner.post<{ errors: unknown }>("/api/senders", body);
    expect(status).toBe(400);
    expect(problem.errors).toContainEqual(expect.objectContaining({ path, code }));
    expect(text).not.toContain(TOKEN);
  });

  it("use the server's own credentials where they have none", async () => {
    const equipped = makeWorld({ vars: { API_KEY_WAPPI: TOKEN, PROFILE_ID_WAPPI: "p0" } });
    const { owner } = await equipped.tenant();
    const created = await owner.post("/api/senders", { name: "Main", provider: "wappi" });
    expect(created).toMatchObject({ status: 201, body: { has_credentials: false } });
    const other = makeWorld();
    const { owner: unequipped } = await other.tenant();
    expect((await unequipped.post("/api/senders", { name: "Main", provider: "wappi" })).status).toBe(400);
  });

  it("have names of their own", async () => {
    const { owner } = await world.tenant();
    const taken = await owner.post("/api/senders", { name: "SANDBOX", provider: "sandbox" });
    expect(taken).toMatchObject({ status: 409, body: { code: "name_taken" } });
    const other = await owner.post<{ id: string }>("/api/senders", { name: "Other", provider: "sandbox" });
    expect((await owner.patch(`/api/senders/${other.body.id}`, { name: "Sandbox" })).status).toBe(409);
    expect((await owner.patch(`/api/senders/${other.body.id}`, { name: "other" })).status).toBe(200);
  });

  it("show who may only send no more than which there are", async () => {
    const desk = await openDesk(world);
    const seller = await desk.tenant.member({ permissions: ["messages:send"] });
    const path = `/api/senders/${desk.senderId}`;
    const brief = { id: desk.senderId, name: "Sandbox", provider: "sandbox", status: "ok" };
    expect((await seller.get("/api/senders")).body).toEqual([brief]);
    expect((await seller.get(path)).body).toEqual(brief);
    expect((await seller.patch(path, { status: "paused" })).status).toBe(403);
    expect((await seller.delete(path)).status).toBe(403);
    expect((await seller.post("/api/senders", WAPPI)).status).toBe(403);
    const viewer = await desk.tenant.member({ permissions: ["messages:view"] });
    expect((await viewer.get("/api/senders")).status).toBe(403);
  });

  it("cannot be deleted while messages wait, not even one that has just come", async () => {
    const desk = await openDesk(world);
    const { owner } = desk;
    const path = `/api/senders/${desk.senderId}`;
    const colleague = await desk.tenant.member({ permissions: ["senders:manage"] });
    colleague.beforeCommit(() => desk.post());
    expect(await colleague.delete(path)).toMatchObject({ status: 409, body: { code: "in_use" } });
    expect((await owner.get(path)).status).toBe(200);
  });

  it("that are deleted at the moment somebody sends are unknown to the message", async () => {
    const desk = await openDesk(world);
    const seller = await desk.tenant.member({ permissions: ["messages:send", "leads:view"] });
    seller.beforeCommit(() => desk.owner.delete(`/api/senders/${desk.senderId}`));
    const sent = await seller.post(`/api/data/leads/${desk.leadId}/messages`, {
      body: "Hello",
      sender_id: desk.senderId,
    });
    expect(sent).toMatchObject({
      status: 400,
      body: { errors: [{ path: "sender_id", code: "unknown_sender" }] },
    });
    expect((await desk.owner.get("/api/deliveries")).body.data).toEqual([]);
  });
});
