import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, test } from "vitest";
import { AUDIT_ACTIONS } from "../../src/domain/audit/actions.ts";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import { makeScene, prepare, type Scene, send } from "../contract/scene.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly actor: { type: string; id: string; name: string };
  readonly api_key_id: string | null;
  readonly subject: { type: string; id: string; name: string | null };
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly created_at: string;
}
interface Page {
  readonly data: Entry[];
  readonly total: null;
  readonly next_cursor: string | null;
}

const world = makeWorld();

async function entries(client: MemberClient, query = ""): Promise<Entry[]> {
  const { status, body } = await client.get<Page>(`/api/audit?limit=200&${query}`);
  expect(status).toBe(200);
  return body.data;
}

const newRole = async (client: MemberClient, name: string) =>
  (await client.post<{ id: string }>("/api/roles", { name, permissions: ["leads:view"] })).body.id;

const AUDITED = ["roles", "users", "meta", "aliases", "senders", "api-keys", "tenant"].map(
  (area) => `/api/${area}`,
);
/** One's own order of columns is nobody's business. */
const PERSONAL = ["orderAttributes"];

const writes = (await loadEndpoints()).filter(
  ({ method, path, operationId }) =>
    method !== "get" &&
    AUDITED.some((area) => path === area || path.startsWith(`${area}/`)) &&
    !PERSONAL.includes(operationId),
);

describe("each operation that changes rights, people, schema or settings", () => {
  let scene: Scene;
  const told = new Set<string>();

  beforeAll(async () => {
    scene = await makeScene();
  });

  it.each(writes.map((endpoint) => [endpoint.operationId, endpoint] as const))(
    "%s leaves one entry, in the batch of the change, and none when it is refused",
    async (_name, endpoint) => {
      const { mine, rightless } = scene;
      const request = await prepare(mine, endpoint);
      const before = await entries(mine.owner);
      const isOwnAffair = endpoint.permission === undefined;
      if (!isOwnAffair) await send(rightless, request);
      expect(await entries(mine.owner)).toEqual(before);

      const key = { "idempotency-key": crypto.randomUUID() };
      const answer = await send(mine.owner, request, key);
      expect(answer.status).toBeLessThan(300);
      await send(mine.owner, request, key);
      const known = new Set(before.map(({ id }) => id));
      const added = (await entries(mine.owner)).filter(({ id }) => !known.has(id));
      expect(added).toHaveLength(1);
      expect(added[0]).toMatchObject({
        actor: { type: "member", id: mine.owner.memberId, name: expect.any(String) },
        api_key_id: null,
        address: "local",
        request_id: answer.headers.get("x-request-id"),
      });
      told.add(added[0]?.action ?? "");
      const { statements = [] } =
        answer.batches.find((batch) => batch.statements.some(({ sql }) => /INTO audit_log/.test(sql))) ?? {};
      expect(statements[0]?.sql).toMatch(/INTO guard/);
      expect(statements.length).toBeGreaterThan(2);
    },
  );

  it("are all the actions there are, but for those that only other tests bring about", () => {
    const elsewhere = ["member.accept_invitation", "member.deactivate", "member.reactivate", "member.rename"];
    const missing = AUDIT_ACTIONS.filter((action) => !told.has(action) && !elsewhere.includes(action));
    expect(missing).toEqual([]);
  });
});

describe("an entry", () => {
  test("tells who, what, when and from where, and of a change what has changed", async () => {
    const { owner } = await world.tenant();
    const id = await newRole(owner, "Sales");
    const headers = { "cf-connecting-ip": "203.0.113.7", "x-request-id": "asked-1" };
    const input = { name: "Sales", permissions: ["leads:view", "leads:edit"] };
    await owner.put(`/api/roles/${id}`, input, { headers });
    await owner.delete(`/api/roles/${id}`);
    const [deleted, updated, created] = await entries(owner);
    expect(created).toMatchObject({
      action: "role.create",
      before: null,
      after: { name: "Sales", permissions: [{ name: "leads:view", scope: "all" }] },
    });
    expect(updated).toMatchObject({
      action: "role.update",
      subject: { type: "role", id, name: "Sales" },
      address: "203.0.113.7",
      request_id: "asked-1",
    });
    expect(Object.keys(updated?.after ?? {})).toEqual(["id", "permissions"]);
    expect(updated?.before?.permissions).toEqual([{ name: "leads:view", scope: "all" }]);
    expect(updated?.after?.permissions).toHaveLength(2);
    expect(deleted).toMatchObject({ action: "role.delete", subject: { id }, after: null });
    expect(deleted?.before?.permissions).toHaveLength(2);
  });

  test("follows a person from the invitation to the end", async () => {
    const { owner } = await world.tenant();
    const email = "ivan@audit.test";
    const { body } = await owner.post<{ id: string; invitation: { token: string } }>("/api/users", { email });
    const password = "correct horse battery";
    const accepted = { token: body.invitation.token, password, full_name: "Ivan" };
    const headers = { "cf-connecting-ip": "203.0.113.9" };
    await world.anonymous.post("/api/auth/invitations/accept", accepted, { headers });
    await world.anonymous.post("/api/auth/invitations/accept", accepted, { headers });
    await owner.patch(`/api/users/${body.id}`, { full_name: "Ivan P." });
    await owner.patch(`/api/users/${body.id}`, { status: "deactivated" });
    await owner.patch(`/api/users/${body.id}`, { status: "active" });
    await owner.delete(`/api/users/${body.id}`);
    const found = await entries(owner, `subject=${body.id}`);
    expect(found.map(({ action }) => action)).toEqual([
      "member.remove",
      "member.reactivate",
      "member.deactivate",
      "member.rename",
      "member.accept_invitation",
      "member.add",
    ]);
    expect(found[4]).toMatchObject({ actor: { id: body.id, name: email }, address: "203.0.113.9" });
    expect(found[3]).toMatchObject({ before: { full_name: "Ivan" }, after: { full_name: "Ivan P." } });
    expect(found[2]?.after).toEqual({ status: "deactivated" });
    expect(JSON.stringify(found)).not.toContain(body.invitation.token);
  });

  test("names the key that a program came with, and holds no secret", async () => {
    const { owner } = await world.tenant();
    const made = await owner.post<{ id: string; key: string }>("/api/api-keys", {
      name: "Robot",
      permissions: ["senders:manage"],
    });
    const robot = world.client(made.body.key, owner.tenantId);
    const credentials = { token: "wappi-token-in-no-log", profile_id: "p1" };
    const sender = await robot.post<{ id: string }>("/api/senders", {
      name: "Main",
      provider: "wappi",
      credentials,
    });
    expect(sender.status).toBe(201);
    await robot.patch(`/api/senders/${sender.body.id}`, {
      credentials: { ...credentials, token: "another-token-in-no-log" },
    });
    const [updated, created] = await entries(owner);
    expect(created).toMatchObject({ action: "sender.create", api_key_id: made.body.id });
    expect(updated).toMatchObject({ actor: { id: owner.memberId }, after: { credentials: "replaced" } });
    const { results } = await env.TENANTS_01.prepare("SELECT * FROM audit_log WHERE tenant_id = ?")
      .bind(owner.tenantId)
      .all();
    expect(results).toHaveLength(3);
    expect(JSON.stringify(results)).not.toMatch(/token-in-no-log|crm_|key_hash|scrypt/);
  });

  test("is written once by a verb that had to decide anew", async () => {
    const { owner } = await world.tenant();
    const id = await newRole(owner, "Sales");
    owner.beforeCommit(() => newRole(owner, "Other").then((other) => owner.delete(`/api/roles/${other}`)));
    expect((await owner.put(`/api/roles/${id}`, { name: "Renamed" })).status).toBe(200);
    expect(await entries(owner, "action=role.update")).toHaveLength(1);
    await newRole(owner, "Taken");
    const before = await entries(owner);
    expect((await owner.put(`/api/roles/${id}`, { name: "Taken" })).status).toBe(409);
    expect(await entries(owner)).toEqual(before);
  });
});

describe("the log", () => {
  test("cannot be changed, nor deleted while its tenant is there", async () => {
    const { owner } = await world.tenant();
    await newRole(owner, "Sales");
    const before = await entries(owner);
    const run = (sql: string) => env.TENANTS_01.prepare(sql).bind(owner.tenantId).run();
    const attempts = [
      "UPDATE audit_log SET actor_name = 'Nobody' WHERE tenant_id = ?",
      "DELETE FROM audit_log WHERE tenant_id = ?",
      "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE tenant_id = ?",
    ];
    for (const sql of attempts) await expect(run(sql)).rejects.toThrow("append-only");
    expect(await entries(owner)).toEqual(before);

    // A tenant that is deleted takes it along: the tenant's row goes first.
    const gone = crypto.randomUUID();
    const [entry] = before;
    await env.TENANTS_01.prepare(
      `INSERT INTO audit_log SELECT ?, id, actor, actor_id, actor_name, api_key_id, action, subject_kind, subject_id,
        subject_label, "before", "after", address, request_id, created_at FROM audit_log WHERE id = ?`,
    )
      .bind(gone, entry?.id)
      .run();
    const { meta } = await env.TENANTS_01.prepare("DELETE FROM audit_log WHERE tenant_id = ?")
      .bind(gone)
      .run();
    expect(meta.changes).toBeGreaterThan(0);
  });

  test("is its tenant's alone, for those with audit:view", async () => {
    const { owner, member } = await world.tenant();
    const { owner: stranger } = await world.tenant();
    const id = await newRole(owner, "Sales");
    expect(await entries(stranger)).toEqual([]);
    expect(await entries(stranger, `subject=${id}`)).toEqual([]);
    expect(await entries(stranger, `user_id=${owner.memberId}`)).toEqual([]);
    const manager = await member({ permissions: ["roles:manage", "users:manage", "meta:manage"] });
    expect((await manager.get("/api/audit")).status).toBe(403);
    const auditor = await member({ permissions: ["audit:view"] });
    expect((await entries(auditor)).length).toBeGreaterThan(2);
  });

  test("is filtered on an index, and paged by cursor, in one trip", async () => {
    const { owner, member } = await world.tenant();
    const sales = await newRole(owner, "Sales");
    const clerk = await member({ permissions: ["roles:manage", "leads:view"] });
    const support = await newRole(clerk, "Support");
    await owner.put(`/api/roles/${sales}`, { name: "Seller" });
    const all = await entries(owner);
    const moment = all.find(({ subject }) => subject.id === support)?.created_at ?? "";
    const cases: [string, (entry: Entry) => boolean, RegExp][] = [
      ["action=role.update", ({ action }) => action === "role.update", /audit_log_by_action/],
      [`user_id=${clerk.memberId}`, ({ actor }) => actor.id === clerk.memberId, /audit_log_by_actor/],
      ["subject=role", ({ subject }) => subject.type === "role", /audit_log_by_kind/],
      [`subject=${sales}`, ({ subject }) => subject.id === sales, /audit_log_by_subject/],
      [`from=${moment}`, ({ created_at }) => created_at >= moment, /sqlite_autoindex_audit_log_1/],
      [`to=${moment}`, ({ created_at }) => created_at < moment, /sqlite_autoindex_audit_log_1/],
      [
        `user_id=${owner.memberId}&action=role.update&from=2020-01-01T00:00:00%2B03:00`,
        ({ actor, action }) => actor.id === owner.memberId && action === "role.update",
        /audit_log_by_actor/,
      ],
    ];
    for (const [query, matches, index] of cases) {
      const { body, cost, batches } = await owner.get<Page>(`/api/audit?${query}`);
      expect(body.data, query).toEqual(all.filter(matches));
      expect(body.data.length, query).toBeGreaterThan(0);
      expect(cost.trips).toBe(1);
      const asked = batches.flatMap(({ statements }) => statements).find(({ sql }) => /audit_log/.test(sql));
      const plan = await env.TENANTS_01.prepare(`EXPLAIN QUERY PLAN ${asked?.sql}`)
        .bind(...(asked?.params ?? []))
        .all<{ detail: string }>();
      const steps = plan.results.map(({ detail }) => detail).join("; ");
      expect(steps, query).toMatch(index);
      expect(steps, query).not.toMatch(/SCAN|TEMP B-TREE/);
    }

    const paged: Entry[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page = (await owner.get<Page>(`/api/audit?limit=2&subject=role${next}`)).body;
      paged.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all.filter(({ subject }) => subject.type === "role"));
    expect((await owner.get("/api/audit?cursor=abc")).status).toBe(400);
    expect((await owner.get("/api/audit?from=yesterday")).status).toBe(400);
  });
});
