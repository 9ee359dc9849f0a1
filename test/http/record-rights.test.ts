import { beforeAll, describe, expect, it } from "vitest";
import { type MemberClient, makeWorld, type TestTenant } from "../support/world.ts";

const world = makeWorld();
const leads = "/api/data/leads";

interface Lead {
  readonly id: string;
  readonly owner_id: string;
  readonly version: number;
  readonly [attribute: string]: unknown;
}
interface Page {
  readonly data: readonly Lead[];
  readonly total: number | null;
}
interface Problem {
  readonly code: string;
  readonly errors?: readonly { path: string; code: string }[];
}

const issuesOf = ({ errors = [] }: Problem) => errors.map(({ path, code }) => `${path} ${code}`);

async function lead(client: MemberClient, values: object = {}): Promise<Lead> {
  const { status, body, text } = await client.post<Lead>(leads, { organization_name: "Acme", ...values });
  expect(status, text).toBe(201);
  return body;
}

describe("scope own", () => {
  const own = ["view", "create", "edit", "delete"].map((action) => ({
    name: `leads:${action}`,
    scope: "own",
  }));
  let tenant: TestTenant;
  let seller: MemberClient;
  let mine: Lead;
  let theirs: Lead;

  beforeAll(async () => {
    tenant = await world.tenant();
    seller = await tenant.member({ permissions: own });
    mine = await lead(seller, { organization_name: "Mine", revenue: 10 });
    theirs = await lead(tenant.owner, { organization_name: "Theirs", revenue: 100 });
  });

  it("is what a role says and what its holder reads of it", async () => {
    const { body } = await seller.get<{ grants: unknown[] }>("/api/users/me");
    expect(body.grants).toContainEqual({ name: "leads:view", scope: "own" });
  });

  it("makes whoever creates a record its owner, whatever they say", async () => {
    expect(mine.owner_id).toBe(seller.memberId);
    const other = { organization_name: "X", owner_id: tenant.owner.memberId };
    const refused = await seller.post<Problem>(leads, other);
    expect([refused.status, issuesOf(refused.body)]).toEqual([400, ["owner_id only_own_records"]]);
    const bulk = await seller.post<{ failed: number }>(`${leads}/bulk-create`, { records: [other] });
    expect(bulk.body.failed).toBe(1);
  });

  it("answers for other records as if they were not there, in every verb", async () => {
    const absent = "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e";
    const answers = async (id: string) => [
      await seller.get<Problem>(`${leads}/${id}`),
      await seller.patch<Problem>(`${leads}/${id}`, { notes: "x" }),
      await seller.put<Problem>(`${leads}/${id}`, { notes: "x" }),
      await seller.delete<Problem>(`${leads}/${id}`),
      await seller.post<Problem>(`${leads}/${id}/restore`),
      await seller.post<Problem>(`${leads}/bulk-update`, { records: [{ id, notes: "x" }] }),
      await seller.post<Problem>(`${leads}/bulk-delete`, { ids: [id] }),
      await seller.post<Problem>(`${leads}/order`, { record_ids: [id] }),
      await seller.post<Problem>(`${leads}/position`, { record_id: mine.id, after_id: id }),
    ];
    const shape = ({ status, body }: { status: number; body: Problem }) => [
      status,
      JSON.stringify({ ...body, request_id: "" }),
    ];
    const [foreign, missing] = [await answers(theirs.id), await answers(absent)];
    expect(foreign.map(shape)).toEqual(missing.map(shape));
    expect((await tenant.owner.get<Lead>(`${leads}/${theirs.id}`)).body).toEqual(theirs);
  });

  it("narrows lists, totals, groups and figures", async () => {
    const { body } = await seller.get<Page>(`${leads}?count=exact`);
    expect([body.data.map(({ id }) => id), body.total]).toEqual([[mine.id], 1]);
    const groups = await seller.get(`${leads}/group-by/organization_name`);
    expect(groups.body).toEqual([{ group_key: "Mine", count: 1 }]);
    const sum = { metrics: [{ function: "sum", attribute: "revenue" }] };
    const figures = await seller.post<{ data: { values: unknown[] }[] }>(`${leads}/aggregate`, sum);
    expect(figures.body.data[0]?.values).toEqual([10]);
  });

  it("lets a record neither be given away nor be disowned", async () => {
    for (const owner_id of [tenant.owner.memberId, null]) {
      const { status, body } = await seller.patch<Problem>(`${leads}/${mine.id}`, { owner_id });
      expect([status, issuesOf(body)]).toEqual([400, ["owner_id only_own_records"]]);
    }
    const same = await seller.patch<Lead>(`${leads}/${mine.id}`, { owner_id: seller.memberId, notes: "y" });
    expect(same.status).toBe(200);
  });

  it("is for one action and not for another: all may be seen where only own ones may be changed", async () => {
    const reader = await tenant.member({
      permissions: [
        "leads:view",
        { name: "leads:edit", scope: "own" },
        { name: "leads:delete", scope: "own" },
      ],
    });
    expect((await reader.get(`${leads}/${theirs.id}`)).status).toBe(200);
    expect((await reader.patch(`${leads}/${theirs.id}`, { notes: "x" })).status).toBe(404);
    expect((await reader.delete(`${leads}/${theirs.id}`)).status).toBe(404);
  });

  it("tells with each record what may be done with it, on request", async () => {
    const reader = await tenant.member({
      permissions: ["leads:view", { name: "leads:edit", scope: "own" }, "leads:delete"],
    });
    const own = await lead(tenant.owner, { owner_id: reader.memberId });
    const cans = async (id: string) => (await reader.get<Lead>(`${leads}/${id}?include=can`)).body.can;
    expect(await cans(own.id)).toEqual({ edit: true, delete: true });
    expect(await cans(theirs.id)).toEqual({ edit: false, delete: true });
    const listed = await reader.get<Page>(`${leads}?include=can`);
    const posted = await reader.post<Page>(`${leads}/query`, { include: "can" });
    expect(posted.body).toEqual(listed.body);
    expect(listed.body.data.map(({ can }) => can)).toContainEqual({ edit: true, delete: true });
    expect((await reader.get<Lead>(`${leads}/${own.id}`)).body).not.toHaveProperty("can");
  });

  it("gives way to the wider of two roles", async () => {
    const everything = await tenant.owner.post<{ id: string }>("/api/roles", {
      name: "Readers",
      permissions: ["leads:view"],
    });
    const both = await tenant.member({ permissions: own });
    const me = await both.get<{ roles: { id: string }[] }>("/api/users/me");
    const role_ids = [...me.body.roles.map(({ id }) => id), everything.body.id];
    await tenant.owner.put(`/api/users/${both.memberId}/roles`, { role_ids });
    expect((await both.get(`${leads}/${theirs.id}`)).status).toBe(200);
    expect((await both.patch(`${leads}/${theirs.id}`, { notes: "x" })).status).toBe(404);
  });
});

describe("attribute rules", () => {
  const everything = ["view", "create", "edit", "delete"].map((action) => `leads:${action}`);
  const rule = (attribute: string, access: string) => ({ entity_type: "leads", attribute, access });
  let tenant: TestTenant;
  let seller: MemberClient;
  let secret: Lead;

  beforeAll(async () => {
    tenant = await world.tenant();
    seller = await tenant.member({
      permissions: everything,
      attributeRules: [rule("revenue", "hidden"), rule("notes", "hidden"), rule("inn", "read")],
    });
    secret = await lead(tenant.owner, { revenue: 777, notes: "Кодовое слово", inn: "7707083893" });
  });

  it("are kept with the role, by name", async () => {
    const { body } = await seller.get<{ roles: { id: string }[] }>("/api/users/me");
    const role = await tenant.owner.get<{ attribute_rules: unknown[] }>(`/api/roles/${body.roles[0]?.id}`);
    expect(role.body.attribute_rules).toEqual([
      rule("inn", "read"),
      rule("revenue", "hidden"),
      rule("notes", "hidden"),
    ]);
  });

  it("show in the table's structure: hidden ones are not there, the others say what may be done", async () => {
    const { body } = await seller.get<{ attributes: { name: string; access: string }[] }>(
      "/api/meta/entity-types/leads",
    );
    const access = Object.fromEntries(body.attributes.map((attribute) => [attribute.name, attribute.access]));
    expect(access).toMatchObject({ inn: "read", email: "write" });
    expect(Object.keys(access)).not.toContain("revenue");
  });

  it("keep hidden values out of every answer", async () => {
    const answers = [
      await seller.get(`${leads}/${secret.id}`),
      await seller.get(leads),
      await seller.get(`${leads}?fields=organization_name`),
      await seller.patch(`${leads}/${secret.id}`, { contact_name: "x" }),
      await seller.post(leads, { organization_name: "New" }),
    ];
    for (const { status, text } of answers) {
      expect([200, 201]).toContain(status);
      expect(text).not.toMatch(/revenue|777|Кодовое/);
    }
    expect((await tenant.owner.get<Lead>(`${leads}/${secret.id}`)).body).toMatchObject({
      revenue: 777,
      notes: "Кодовое слово",
    });
  });

  it.each<[string, (client: MemberClient, name: string) => Promise<{ status: number; body: Problem }>]>([
    ["filter", (client, field) => client.post(`${leads}/query`, { filters: { field, op: "not_blank" } })],
    ["sort", (client, name) => client.get(`${leads}?sort=${name}`)],
    ["columns", (client, name) => client.get(`${leads}?fields=${name}`)],
    ["search fields", (client, name) => client.get(`${leads}?q=x&search_fields=${name}`)],
    ["groups", (client, name) => client.get(`${leads}/group-by/${name}`)],
    [
      "figures",
      (client, attribute) => client.post(`${leads}/aggregate`, { metrics: [{ function: "max", attribute }] }),
    ],
    ["create", (client, name) => client.post(leads, { organization_name: "A", [name]: "1" })],
    ["update", (client, name) => client.patch(`${leads}/${secret.id}`, { [name]: "1" })],
    ["key", (client, key) => client.post(`${leads}/upsert`, { key, records: [{ [key]: "1" }] })],
  ])("make a hidden attribute one that there is not: %s", async (_where, ask) => {
    const strip = ({ status, body }: { status: number; body: Problem }, name: string) => [
      status,
      JSON.stringify({ ...body, request_id: "" }).replaceAll(name, "?"),
    ];
    const hidden = await ask(seller, "notes");
    expect(hidden.status).toBeGreaterThanOrEqual(400);
    expect(strip(hidden, "notes")).toEqual(strip(await ask(seller, "nought"), "nought"));
  });

  it("keep what is searched for to what may be seen", async () => {
    const found = async (client: MemberClient, q: string) =>
      (await client.get<Page>(`${leads}?q=${encodeURIComponent(q)}`)).body.data.length;
    expect(await found(tenant.owner, "кодовое")).toBe(1);
    expect(await found(seller, "кодовое")).toBe(0);
    expect(await found(seller, "acme")).toBe(1);
  });

  it("let what is read-only be sent back, and nothing else", async () => {
    const path = `${leads}/${secret.id}`;
    expect((await seller.patch(path, { inn: "7707083893", email: "a@b.example" })).status).toBe(200);
    const { status, body } = await seller.patch<Problem>(path, { inn: "500100732259" });
    expect([status, issuesOf(body)]).toEqual([400, ["inn read_only"]]);
    const created = await seller.post<Problem>(leads, { organization_name: "A", inn: "500100732259" });
    expect([created.status, issuesOf(created.body)]).toEqual([400, ["inn read_only"]]);
  });

  it("do not ask for values that the caller cannot give", async () => {
    await tenant.owner.put("/api/meta/entity-types/leads/attributes/notes", { required: true });
    expect((await seller.post(leads, { organization_name: "B" })).status).toBe(201);
    const refused = await tenant.owner.post<Problem>(leads, { organization_name: "B" });
    expect(issuesOf(refused.body)).toEqual(["notes required"]);
    await tenant.owner.put("/api/meta/entity-types/leads/attributes/notes", { required: false });
  });

  it("give way to a role without them, if it is about the same table", async () => {
    const { owner } = tenant;
    const me = await seller.get<{ roles: { id: string }[] }>("/api/users/me");
    const ruled = me.body.roles.map(({ id }) => id);
    const make = async (name: string, permissions: string[]) =>
      (await owner.post<{ id: string }>("/api/roles", { name, permissions })).body.id;
    const [elsewhere, plain] = [
      await make("Elsewhere", ["individuals:view"]),
      await make("Plain", ["leads:view"]),
    ];
    const shown = async () => Object.keys((await seller.get<Lead>(`${leads}/${secret.id}`)).body);
    await owner.put(`/api/users/${seller.memberId}/roles`, { role_ids: [...ruled, elsewhere] });
    expect(await shown()).not.toContain("revenue");
    await owner.put(`/api/users/${seller.memberId}/roles`, { role_ids: [...ruled, plain] });
    expect(await shown()).toContain("revenue");
    await owner.put(`/api/users/${seller.memberId}/roles`, { role_ids: ruled });
    expect(await shown()).not.toContain("revenue");
  });

  it("hide what is calculated from a hidden attribute, over any number of steps", async () => {
    const define = (name: string, formula_text: string) =>
      tenant.owner.post("/api/meta/entity-types/leads/attributes", {
        name,
        display_name: name,
        value_type: "formula",
        formula_text,
      });
    await define("twice", "{revenue} * 2");
    await define("label", "CONCAT({twice}, ' rubles')");
    await define("shout", "UPPER({organization_name})");
    const path = `${leads}/${secret.id}`;
    expect((await tenant.owner.get<Lead>(path)).body).toMatchObject({ twice: 1554, shout: "ACME" });
    const { body } = await seller.get<Lead>(path);
    expect(body).toMatchObject({ shout: "ACME" });
    expect(Object.keys(body)).not.toContain("twice");
    expect(Object.keys(body)).not.toContain("label");
    expect((await seller.get(`${leads}?sort=twice`)).status).toBe(400);
    const sent = await seller.patch<Problem>(path, { label: "1554 rubles" });
    expect(issuesOf(sent.body)).toEqual(["label unknown_field"]);
  });

  it("cannot be got round by making a role without them", async () => {
    const chief = await tenant.member({
      permissions: [...everything, "roles:manage"],
      attributeRules: [rule("revenue", "hidden")],
    });
    const loose = await chief.post("/api/roles", { name: "Loose", permissions: ["leads:view"] });
    expect(loose.status).toBe(403);
    const tight = {
      name: "Tight",
      permissions: ["leads:view"],
      attribute_rules: [rule("revenue", "hidden")],
    };
    expect((await chief.post("/api/roles", tight)).status).toBe(201);
    const [open] = (await tenant.owner.get<{ id: string; name: string }[]>("/api/roles")).body.filter(
      ({ name }) => name === "Plain",
    );
    const assigned = await chief.put(`/api/users/${chief.memberId}/roles`, { role_ids: [open?.id] });
    expect(assigned.status).toBe(403);
  });

  it("are refused where they name what is not there, or one thing twice", async () => {
    const refused = await tenant.owner.post<Problem>("/api/roles", {
      name: "Odd",
      attribute_rules: [
        rule("nought", "read"),
        { entity_type: "nowhere", attribute: "inn", access: "read" },
        rule("inn", "read"),
        rule("inn", "hidden"),
      ],
    });
    expect(issuesOf(refused.body)).toEqual([
      "attribute_rules[0].attribute unknown_attribute",
      "attribute_rules[1].entity_type unknown_entity_type",
      "attribute_rules[3] given_twice",
    ]);
  });
});

describe("an explanation", () => {
  interface Explanation {
    readonly allowed: boolean;
    readonly reason: string;
    readonly scope: string | null;
    readonly roles: readonly { scope: string | null }[];
    readonly attributes: readonly unknown[];
  }
  let tenant: TestTenant;
  let seller: MemberClient;
  const ask = (client: MemberClient, question: Record<string, string>) =>
    client.get<Explanation & Problem>(
      `/api/access/explain?${new URLSearchParams({ entity: "leads", ...question })}`,
    );

  beforeAll(async () => {
    tenant = await world.tenant();
    seller = await tenant.member({
      permissions: ["leads:view", { name: "leads:edit", scope: "own" }],
      attributeRules: [{ entity_type: "leads", attribute: "revenue", access: "read" }],
    });
  });

  it("says why, and agrees with what happens", async () => {
    const mine = await lead(tenant.owner, { owner_id: seller.memberId });
    const theirs = await lead(tenant.owner);
    const user_id = seller.memberId;
    const about = async (question: Record<string, string>) => {
      const { body, cost } = await ask(tenant.owner, { user_id, ...question });
      expect(cost.trips).toBe(1);
      return [body.allowed, body.reason, body.scope];
    };
    expect(await about({ action: "view" })).toEqual([true, "granted", "all"]);
    expect(await about({ action: "edit" })).toEqual([true, "own_records_only", "own"]);
    expect(await about({ action: "edit", record_id: mine.id })).toEqual([true, "own_record", "own"]);
    expect(await about({ action: "edit", record_id: theirs.id })).toEqual([false, "not_the_owner", "own"]);
    expect(await about({ action: "delete" })).toEqual([false, "not_granted", null]);
    expect((await seller.patch(`${leads}/${mine.id}`, { notes: "x" })).status).toBe(200);
    expect((await seller.patch(`${leads}/${theirs.id}`, { notes: "x" })).status).toBe(404);
    const { body } = await ask(tenant.owner, { user_id, action: "view" });
    expect(body.roles.map(({ scope }) => scope)).toEqual(["all"]);
    expect(body.attributes).toEqual([{ name: "revenue", access: "read" }]);
  });

  it("is there for who asks about themselves, and for managers", async () => {
    const nobody = await tenant.member();
    expect((await ask(nobody, { user_id: nobody.memberId, action: "view" })).body.reason).toBe("no_role");
    expect((await ask(nobody, { user_id: seller.memberId, action: "view" })).status).toBe(403);
    const founder = await ask(tenant.owner, { user_id: tenant.owner.memberId, action: "delete" });
    expect([founder.body.allowed, founder.body.reason]).toEqual([true, "founder"]);
  });

  it("knows nothing of other tenants, nor of records that the asker may not see", async () => {
    const rival = await world.tenant();
    const foreign = await lead(rival.owner);
    const question = { user_id: seller.memberId, action: "view" };
    expect((await ask(tenant.owner, { ...question, record_id: foreign.id })).status).toBe(404);
    expect((await ask(tenant.owner, { ...question, user_id: rival.owner.memberId })).status).toBe(404);
    const manager = await tenant.member({ permissions: ["users:manage"] });
    const record = await lead(tenant.owner);
    expect((await ask(manager, { ...question, record_id: record.id })).status).toBe(403);
  });
});
