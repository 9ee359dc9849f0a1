import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { type Answer, type Client, makeWorld, type TestTenant } from "../support/world.ts";

interface MadeKey {
  id: string;
  name: string;
  key: string;
  permissions: { name: string; scope: string }[];
  expires_at: string | null;
  last_used_at: string | null;
}

const world = makeWorld();
const codeOf = ({ status, body }: Answer) => [status, body.code];

async function make(owner: Client, input: Record<string, unknown> = {}): Promise<MadeKey> {
  const { body, status, text } = await owner.post<MadeKey>("/api/api-keys", {
    name: "A program",
    permissions: ["leads:view", "leads:create"],
    ...input,
  });
  if (status !== 201) throw new Error(text);
  return body;
}

const clientOf = ({ id }: TestTenant, { key }: MadeKey) => world.client(key, id);

const rowsOf = async ({ shard, id }: TestTenant) => {
  const d1 = (env as unknown as Record<string, D1Database>)[`TENANTS_${shard}`] as D1Database;
  return (await d1.prepare("SELECT * FROM api_keys WHERE tenant_id = ?").bind(id).all()).results;
};

describe("an API key", () => {
  test("is shown once and stored as a hash", async () => {
    const tenant = await world.tenant({ shard: "02" });
    const { owner } = tenant;
    const { key, ...made } = await make(owner, { expires_at: "2031-01-01T00:00:00+03:00" });
    expect(key).toMatch(new RegExp(`^crm_02_${tenant.id}_[\\w-]{43}$`));
    expect(made).toMatchObject({
      name: "A program",
      permissions: [
        { name: "leads:create", scope: "all" },
        { name: "leads:view", scope: "all" },
      ],
      expires_at: "2030-12-31T21:00:00.000Z",
      last_used_at: null,
    });
    expect((await owner.get<unknown[]>("/api/api-keys")).body).toEqual([made]);
    expect(JSON.stringify(await rowsOf(tenant))).not.toContain(key.split("_").at(-1));
  });

  test("under one Idempotency-Key is made once and answered the same, and stands in no table", async () => {
    const tenant = await world.tenant();
    const options = { headers: { "idempotency-key": "once" } };
    const input = { name: "A program", permissions: ["leads:view"] };
    const ask = () => tenant.owner.post<MadeKey>("/api/api-keys", input, options);
    const first = await ask();
    expect((await ask()).text).toBe(first.text);
    expect(await rowsOf(tenant)).toHaveLength(1);
    const secret = first.body.key.slice(-43);
    const { storage } = world.platform.openTenant(tenant.shard, tenant.id);
    const [stored] = await storage.read([storage.idempotencyKeys.find(tenant.owner.memberId, "once")]);
    expect(JSON.stringify(stored)).not.toContain(secret);
  });

  test("works wherever a token does, for what it was made for and no more", async () => {
    const tenant = await world.tenant();
    const { owner } = tenant;
    const program = clientOf(tenant, await make(owner));
    const lead = await program.post<{ id: string }>("/api/data/leads", { organization_name: "Acme" });
    expect(lead.body).toMatchObject({ owner_id: owner.memberId, created_by: owner.memberId });
    expect((await program.get(`/api/data/leads/${lead.body.id}`)).status).toBe(200);
    expect((await program.get("/api/data/leads")).status).toBe(200);
    for (const answer of [
      await program.delete(`/api/data/leads/${lead.body.id}`),
      await program.get("/api/data/individuals"),
      await program.get("/api/roles"),
      await program.post("/api/users", { email: "other@keys.test" }),
    ]) {
      expect(codeOf(answer)).toEqual([403, "forbidden"]);
    }
    const me = await program.get<{ permissions: string[]; roles: unknown[] }>("/api/users/me");
    expect(me.body.permissions).toEqual(["leads:create", "leads:view"]);
  });

  test("loses what its owner loses, with the next request, and what the isolate remembers does not help", async () => {
    const tenant = await world.tenant();
    const colleague = await tenant.member({ permissions: ["leads:view", "leads:create"] });
    const program = clientOf(tenant, await make(colleague));
    expect((await program.get("/api/data/leads")).status).toBe(200);
    expect((await program.get("/api/data/leads")).status).toBe(200);
    const path = `/api/users/${colleague.memberId}`;
    const { body } = await tenant.owner.get<{ roles: { id: string }[] }>(path);
    await tenant.owner.put(`${path}/roles`, { role_ids: [] });
    expect((await program.get("/api/data/leads")).status).toBe(403);
    await tenant.owner.put(`${path}/roles`, { role_ids: body.roles.map(({ id }) => id) });
    expect((await program.get("/api/data/leads")).status).toBe(200);
    await tenant.owner.patch(path, { status: "deactivated" });
    expect(codeOf(await program.get("/api/data/leads"))).toEqual([401, "invalid_token"]);
    await tenant.owner.patch(path, { status: "active" });
    expect((await program.get("/api/data/leads")).status).toBe(200);
    await tenant.owner.delete(path);
    expect((await program.get("/api/data/leads")).status).toBe(401);
    expect(await rowsOf(tenant)).toEqual([]);
  });

  test("of one owner are told apart by the isolate, too", async () => {
    const tenant = await world.tenant();
    const wide = clientOf(
      tenant,
      await make(tenant.owner, { permissions: ["leads:view", "individuals:view"] }),
    );
    const narrow = clientOf(tenant, await make(tenant.owner, { permissions: ["leads:view"] }));
    for (const _ of [1, 2]) {
      expect((await wide.get("/api/data/individuals")).status).toBe(200);
      expect((await narrow.get("/api/data/individuals")).status).toBe(403);
      expect((await tenant.owner.get("/api/data/individuals")).status).toBe(200);
    }
  });

  test("is refused once it is taken back or has expired", async () => {
    const tenant = await world.tenant();
    const made = await make(tenant.owner);
    const program = clientOf(tenant, made);
    expect((await program.get("/api/data/leads")).status).toBe(200);
    expect((await tenant.owner.delete(`/api/api-keys/${made.id}`)).status).toBe(204);
    expect(codeOf(await program.get("/api/data/leads"))).toEqual([401, "invalid_token"]);
    expect(codeOf(await tenant.owner.delete(`/api/api-keys/${made.id}`))).toEqual([404, "not_found"]);

    const soon = new Date(Date.now() + 400).toISOString();
    const passing = clientOf(tenant, await make(tenant.owner, { expires_at: soon }));
    while (new Date().toISOString() <= soon) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(codeOf(await passing.get("/api/data/leads"))).toEqual([401, "invalid_token"]);
    const past = await tenant.owner.post("/api/api-keys", {
      name: "Late",
      permissions: ["leads:view"],
      expires_at: "2020-01-01T00:00:00Z",
    });
    expect(past.body.errors).toMatchObject([{ path: "expires_at", code: "in_the_past" }]);
  });

  test("opens nothing when it is another's, or a guess", async () => {
    const tenant = await world.tenant();
    const other = await world.tenant();
    const { key } = await make(tenant.owner);
    const elsewhere = key.replace(tenant.id, other.id);
    const guesses = [
      elsewhere,
      key.replace("crm_01", "crm_02"),
      key.replace("crm_01", "crm_99"),
      `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`,
      `${key}A`,
      key.toUpperCase(),
    ];
    for (const guess of guesses) {
      const tenantId = guess === elsewhere ? other.id : tenant.id;
      expect(codeOf(await world.client(guess, tenantId).get("/api/users/me"))).toEqual([
        401,
        "invalid_token",
      ]);
    }
  });

  test("cannot be made for more than one holds", async () => {
    const { owner, member } = await world.tenant();
    const colleague = await member({ permissions: ["leads:view"] });
    const wanted = { name: "Too much", permissions: ["leads:view", "leads:delete"] };
    expect(codeOf(await colleague.post("/api/api-keys", wanted))).toEqual([403, "forbidden"]);
    const unknown = await owner.post("/api/api-keys", { name: "Unknown", permissions: ["dragons:view"] });
    expect(unknown.body.errors).toMatchObject([{ path: "permissions[0]", code: "unknown_permission" }]);
  });

  test("manages neither keys nor passwords nor sessions, whatever it holds", async () => {
    const tenant = await world.tenant();
    const colleague = await tenant.member();
    const { body: all } = await tenant.owner.get<{ permissions: string[] }>("/api/users/me");
    const made = await make(tenant.owner, { permissions: all.permissions });
    const program = clientOf(tenant, made);
    expect((await program.get("/api/roles")).status).toBe(200);
    const password = { current_password: "correct horse battery", new_password: "staple the horse instead" };
    for (const answer of [
      await program.get("/api/api-keys"),
      await program.post("/api/api-keys", { name: "Another", permissions: ["leads:view"] }),
      await program.delete(`/api/api-keys/${made.id}`),
      await program.post("/api/auth/password", password),
      await program.post("/api/users", { email: "given@keys.test", password: "correct horse battery" }),
      await program.get("/api/sessions"),
      await program.delete(`/api/sessions/${tenant.owner.sessionId}`),
      await program.get(`/api/users/${colleague.memberId}/sessions`),
      await program.delete(`/api/users/${colleague.memberId}/sessions`),
    ]) {
      expect(codeOf(answer)).toEqual([403, "forbidden"]);
    }
    // Nor is it a founder, though its owner is one: it gives nobody the founder's role.
    const roles = await program.get<{ id: string; is_founder: boolean }[]>("/api/roles");
    const founder = roles.body.find(({ is_founder }) => is_founder)?.id;
    const promoted = await program.put(`/api/users/${colleague.memberId}/roles`, { role_ids: [founder] });
    expect(codeOf(promoted)).toEqual([403, "forbidden"]);
    expect((await colleague.get("/api/users/me")).status).toBe(200);
  });

  test("has Idempotency-Keys of its own", async () => {
    const tenant = await world.tenant();
    const program = clientOf(tenant, await make(tenant.owner));
    const options = { headers: { "idempotency-key": "shared" } };
    const [first, again] = [
      await program.post<{ id: string }>("/api/data/leads", { organization_name: "Acme" }, options),
      await program.post<{ id: string }>("/api/data/leads", { organization_name: "Acme" }, options),
    ];
    expect(again.body.id).toBe(first.body.id);
    const person = await tenant.owner.post<{ id: string }>(
      "/api/data/leads",
      { organization_name: "Acme" },
      options,
    );
    expect(person.status).toBe(201);
    expect(person.body.id).not.toBe(first.body.id);
  });

  test("notes when it was used, to the hour, and leaves reads to be reads", async () => {
    const tenant = await world.tenant();
    const program = clientOf(tenant, await make(tenant.owner));
    const used = async () =>
      (await tenant.owner.get<MadeKey[]>("/api/api-keys")).body.map(({ last_used_at }) => last_used_at);
    const first = await program.get("/api/data/leads");
    expect(first.cost.rowsWritten).toBe(0);
    const [noted] = await used();
    expect(noted).not.toBeNull();
    const writes = ({ batches }: Answer) =>
      batches.flatMap(({ statements }) =>
        statements.filter(({ sql }) => /^\s*(UPDATE|INSERT|DELETE)/i.test(sql)),
      );
    expect(writes(first)).toHaveLength(1);
    const second = await program.get("/api/data/leads");
    expect(writes(second)).toEqual([]);
    // The guess of a warm isolate holds for keys as well: rights, definition and page in one trip.
    expect(second.cost).toMatchObject({ trips: 1, rowsWritten: 0 });

    const hourAgo = new Date(Date.now() - 3_601_000).toISOString();
    const { storage } = world.platform.openTenant(tenant.shard, tenant.id);
    await storage.commit([
      { sql: "UPDATE api_keys SET last_used_at = ? WHERE tenant_id = ?", params: [hourAgo, tenant.id] },
    ]);
    expect(writes(await program.get("/api/data/leads"))).toHaveLength(1);
    expect((await used())[0]).not.toBe(hourAgo);
  });

  test("is one of fifty at most", async () => {
    const { owner } = await world.tenant();
    for (let i = 0; i < 50; i++) await make(owner);
    const one = await owner.post("/api/api-keys", { name: "One more", permissions: ["leads:view"] });
    expect(codeOf(one)).toEqual([409, "too_many"]);
  });
});
