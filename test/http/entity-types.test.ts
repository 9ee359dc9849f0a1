import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import { damages } from "../support/tenants-to-check.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

const world = makeWorld();
const path = "/api/meta/entity-types";

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

const deals = {
  name: "deals",
  display_name: "Сделки",
  attributes: [
    { name: "title", display_name: "Название", value_type: "string", required: true },
    { name: "amount", display_name: "Сумма", value_type: "float", min: 0 },
    {
      name: "stage",
      display_name: "Этап",
      value_type: "select",
      options: ["New", { value: "Won", color: "#1A7F37" }],
      default: "new",
    },
  ],
};

function found({ body }: { body: Problem }): string[] {
  return (body.errors ?? []).map((issue) => `${issue.path} ${issue.code}`);
}

async function createDeals(owner: MemberClient): Promise<WireEntityType> {
  const { status, body, text } = await owner.post<WireEntityType>(path, deals);
  expect(status, text).toBe(201);
  return body;
}

describe("creating", () => {
  it("makes a table with its attributes, to be had by id and by name", async () => {
    const { owner } = await world.tenant();
    const answer = await owner.post<WireEntityType>(path, deals);
    expect(answer.status).toBe(201);
    expect(answer.cost.trips).toBe(2);
    expect(answer.headers.get("location")).toBe(`${path}/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      name: "deals",
      display_name: "Сделки",
      display_attribute: "title",
      record_count: 0,
      attributes: [
        { name: "title", required: true, indexed: true, max_length: 1000, default: null, access: "write" },
        { name: "amount", value_type: "float", min: 0, required: false },
        {
          name: "stage",
          default: "New",
          options: [
            { value: "New", color: null, position: 1 },
            { value: "Won", color: "#1a7f37", position: 2 },
          ],
        },
      ],
    });
    for (const key of [answer.body.id, "deals"]) {
      const again = await owner.get<WireEntityType>(`${path}/${key}`);
      expect(again.body).toEqual(answer.body);
      expect(again.cost.trips).toBe(1);
    }
    const all = await owner.get<WireEntityType[]>(path);
    expect(all.body.map(({ name }) => name)).toEqual(["leads", "legal_entities", "individuals", "deals"]);
    expect(all.body.at(-1)).toEqual(answer.body);
  });

  it("takes a record at once", async () => {
    const { owner } = await world.tenant();
    await createDeals(owner);
    const record = await owner.post("/api/data/deals", { title: "Roof", amount: 12.5 });
    expect(record.status).toBe(201);
    expect(record.body).toMatchObject({ title: "Roof", amount: 12.5, stage: "New" });
    const wrong = await owner.post<Problem>("/api/data/deals", { title: "Roof", amount: -1 });
    expect(found(wrong)).toEqual(["amount too_small"]);
    expect((await owner.get<WireEntityType>(`${path}/deals`)).body.record_count).toBe(1);
  });

  it.each([
    [{ ...deals, name: "Deals" }, ["name invalid_format"]],
    [{ ...deals, name: "roles" }, ["name reserved_name"]],
    [{ ...deals, name: "tables" }, ["name reserved_name"]],
    [{ ...deals, display_name: "" }, ["display_name too_short"]],
    [{ ...deals, colour: "red" }, ["colour unknown_field"]],
    [{ ...deals, display_attribute: "cost" }, ["display_attribute unknown_attribute"]],
    [{ ...deals, display_attribute: "stage" }, ["display_attribute not_possible_here"]],
  ])("refuses what is wrong with the table: %#", async (body, issues) => {
    const { owner } = await world.tenant();
    const answer = await owner.post<Problem>(path, body);
    expect(answer.status, answer.text).toBe(400);
    expect(found(answer)).toEqual(issues);
  });

  it.each([
    [{ value_type: "moon" }, ["attributes[1].value_type invalid_choice"]],
    [{ name: "owner_id" }, ["attributes[1].name reserved_name"]],
    [{ name: "title" }, ["attributes[1].name already_taken"]],
    [{ min_length: 5 }, ["attributes[1].min_length unknown_field"]],
    [{ nonsense: true }, ["attributes[1].nonsense unknown_field"]],
    [{ min: 2, max: 1 }, ["attributes[1].min too_big"]],
    [{ default: "x" }, ["attributes[1].default not_a_number"]],
    [{ min: 2, default: 1 }, ["attributes[1].default too_small"]],
    [{ unique: true }, ["attributes[1].unique not_possible_here"]],
    [{ value_type: "text", indexed: true }, ["attributes[1].indexed not_possible_here"]],
    [{ value_type: "select" }, ["attributes[1].options required"]],
    [{ value_type: "select", options: [{ value: 1 }] }, ["attributes[1].options[0].value wrong_type"]],
    [{ value_type: "integer", unique: true, default: 1 }, ["attributes[1].default default_of_unique"]],
    [
      { value_type: "select", select_list_id: "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e" },
      ["attributes[1].select_list_id unknown_select_list"],
    ],
    [
      { value_type: "user", default: "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e" },
      ["attributes[1].default unknown_member"],
    ],
  ])("refuses what is wrong with an attribute: %#", async (wrong, issues) => {
    const { owner } = await world.tenant();
    const attribute = { name: "amount", display_name: "Amount", value_type: "float", ...wrong };
    const answer = await owner.post<Problem>(path, {
      ...deals,
      attributes: [deals.attributes[0], attribute],
    });
    expect(answer.status, answer.text).toBe(400);
    expect(found(answer)).toEqual(issues);
    expect((await owner.get(`${path}/deals`)).status).toBe(404);
  });

  it("takes a member as a default, and shows the id", async () => {
    const { owner } = await world.tenant();
    const manager = { name: "manager", display_name: "Manager", value_type: "user", default: owner.memberId };
    const answer = await owner.post<WireEntityType>(path, { ...deals, attributes: [manager] });
    expect(answer.body).toMatchObject({ display_attribute: null, attributes: [{ default: owner.memberId }] });
    const record = await owner.post("/api/data/deals", {});
    expect(record.body).toMatchObject({ manager: { id: owner.memberId } });
  });

  it("gives a name once, also to callers at the same moment", async () => {
    const { owner } = await world.tenant();
    const answers = await Promise.all([1, 2, 3].map(() => owner.post<Problem>(path, deals)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const late = await owner.post<Problem>(path, deals);
    expect(late.body).toMatchObject({ code: "name_taken" });
    expect(late.body.detail).toContain("deals");
  });

  it("has one effect and one answer under an Idempotency-Key", async () => {
    const { owner } = await world.tenant();
    const headers = { "idempotency-key": "once" };
    const [first, second] = [
      await owner.post(path, deals, { headers }),
      await owner.post(path, deals, { headers }),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
  });

  it("stops at 200 tables, exactly, and at 200 attributes and 20 indexed ones", async () => {
    const { owner, id: tenantId } = await world.tenant();
    damages(tenantId);
    await env.TENANTS_01.prepare(
      `INSERT INTO entity_types
       SELECT tenant_id, id || v.value, number + 1000000 + v.value, name || v.value, display_name, NULL, 1, 0, 0,
         created_at, updated_at
       FROM entity_types, (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 196)
         SELECT value FROM n) v
       WHERE tenant_id = ? AND name = 'leads'`,
    )
      .bind(tenantId)
      .run();
    const named = (name: string) => owner.post<Problem>(path, { ...deals, name });
    const answers = await Promise.all([named("one"), named("two"), named("three")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: "too_many",
      detail: "The limit is reached: at most 200 entity types.",
    });

    const columns = (count: number, extra: object = {}) =>
      Array.from({ length: count }, (_, i) => ({
        name: `c${i}`,
        display_name: `${i}`,
        value_type: "string",
        ...extra,
      }));
    const { owner: other } = await world.tenant();
    const many = await other.post<Problem>(path, { ...deals, attributes: columns(201) });
    expect(many.body).toMatchObject({ code: "too_many" });
    const indexed = await other.post<Problem>(path, { ...deals, attributes: columns(21, { indexed: true }) });
    expect(indexed.body).toMatchObject({
      code: "too_many",
      detail: "The limit is reached: at most 20 indexed attributes in an entity type.",
    });
    // Indexes that nobody asked for give way.
    const wide = await other.post<WireEntityType>(path, {
      ...deals,
      attributes: [...columns(199), { name: "last", display_name: "Last", value_type: "text" }],
    });
    expect(wide.status, wide.text).toBe(201);
    expect(wide.body.attributes.filter((attribute) => attribute.indexed)).toHaveLength(20);
    const attributes = `${path}/deals/attributes`;
    const extra = { name: "extra", display_name: "Extra", value_type: "string" };
    expect((await other.post<Problem>(attributes, extra)).body).toMatchObject({ code: "too_many" });
  });
});

describe("seeing", () => {
  it("shows the tables one has any right in, and all of them with meta:view", async () => {
    const { owner, member } = await world.tenant();
    const { id } = await createDeals(owner);
    const seller = await member({ permissions: ["leads:view", "individuals:create"] });
    const seen = await seller.get<WireEntityType[]>(path);
    expect(seen.body.map(({ name, record_count }) => [name, record_count])).toEqual([
      ["leads", 0],
      ["individuals", null],
    ]);
    expect(seen.body.map(({ attributes }) => new Set(attributes.map(({ access }) => access)))).toEqual([
      new Set(["read"]),
      new Set(["write"]),
    ]);
    expect((await seller.get(`${path}/leads`)).status).toBe(200);
    expect((await seller.get(`${path}/${id}`)).status).toBe(403);
    expect((await seller.get(`${path}/nothing`)).status).toBe(404);

    const nobody = await member();
    expect((await nobody.get(path)).status).toBe(403);
    expect((await nobody.get(`${path}/leads`)).status).toBe(403);
    const analyst = await member({ permissions: ["meta:view"] });
    const all = await analyst.get<WireEntityType[]>(path);
    expect(all.body).toHaveLength(4);
    expect(all.body[0]).toMatchObject({
      record_count: 0,
      attributes: [{ access: "read" }, ...Array(12).fill({})],
    });
  });

  it("lets only meta:manage change anything", async () => {
    const { member } = await world.tenant();
    const analyst = await member({ permissions: ["meta:view", "leads:view", "leads:edit"] });
    const attribute = { name: "extra", display_name: "Extra", value_type: "string" };
    const answers = [
      await analyst.post(path, deals),
      await analyst.put(`${path}/leads`, { display_name: "X" }),
      await analyst.delete(`${path}/leads`),
      await analyst.post(`${path}/leads/attributes`, attribute),
      await analyst.put(`${path}/leads/attributes/inn`, { display_name: "X" }),
      await analyst.delete(`${path}/leads/attributes/inn`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    const missing = [
      await analyst.put(`${path}/nothing`, { display_name: "X" }),
      await analyst.delete(`${path}/nothing`),
    ];
    expect(missing.map(({ status }) => status)).toEqual([404, 404]);
    const builder = await member({ permissions: ["meta:manage"] });
    expect((await builder.post(path, deals)).status).toBe(201);
    expect((await builder.get<WireEntityType[]>(path)).body).toHaveLength(4);
  });

  it("keeps two tenants of one shard apart", async () => {
    const ours = await world.tenant();
    const theirs = await world.tenant();
    const type = await createDeals(ours.owner);
    const attribute = type.attributes[0]?.id;
    const answers = [
      await theirs.owner.get(`${path}/${type.id}`),
      await theirs.owner.get(`${path}/deals`),
      await theirs.owner.put(`${path}/${type.id}`, { display_name: "X" }),
      await theirs.owner.delete(`${path}/${type.id}`),
      await theirs.owner.post(`${path}/${type.id}/attributes`, deals.attributes[1]),
      await theirs.owner.put(`${path}/${type.id}/attributes/${attribute}`, { display_name: "X" }),
      await theirs.owner.put(`${path}/leads/attributes/${attribute}`, { display_name: "X" }),
      await theirs.owner.delete(`${path}/leads/attributes/${attribute}`),
      await theirs.owner.post(`${path}/${type.id}/attributes/order`, { attribute_ids: [] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await theirs.owner.get<WireEntityType[]>(path)).body).toHaveLength(3);
    expect((await ours.owner.get(`${path}/deals`)).body).toEqual(type);
    await createDeals(theirs.owner);
  });
});

describe("changing", () => {
  it("changes what is named, and a new name keeps grants and aliases", async () => {
    const { owner, member } = await world.tenant();
    const before = await createDeals(owner);
    const seller = await member({ permissions: ["deals:view"] });
    await owner.post("/api/data/deals", { title: "Roof" });
    await owner.post("/api/aliases", { table_name: "deals", attribute_name: "title", display_name: "Что" });

    const named = await owner.put<WireEntityType>(`${path}/deals`, { display_name: "Продажи" });
    expect(named.body).toEqual({
      ...before,
      display_name: "Продажи",
      record_count: 1,
      updated_at: named.body.updated_at,
    });
    const renamed = await owner.put<WireEntityType>(`${path}/deals`, { name: "sales" });
    expect(renamed.body).toMatchObject({ id: before.id, name: "sales", display_name: "Продажи" });
    expect((await owner.get(`${path}/deals`)).status).toBe(404);
    expect((await seller.get(`${path}/sales`)).status).toBe(200);
    expect((await owner.get("/api/aliases")).body).toEqual({ sales: { title: "Что" } });
    expect((await owner.put(`${path}/sales`, {})).status).toBe(200);

    const taken = await owner.put<Problem>(`${path}/sales`, { name: "leads" });
    expect([taken.status, taken.body.code]).toEqual([409, "name_taken"]);
    expect(found(await owner.put<Problem>(`${path}/sales`, { name: "users" }))).toEqual([
      "name reserved_name",
    ]);
  });

  it("titles all records anew when another attribute is to title them", async () => {
    const { owner } = await world.tenant();
    await createDeals(owner);
    const number = { name: "number", display_name: "Number", value_type: "integer" };
    expect((await owner.post(`${path}/deals/attributes`, number)).status).toBe(201);
    await owner.post("/api/data/deals", { title: "Roof", number: 7 });
    await owner.post("/api/data/deals", { title: "Wall" });
    const titles = async () => {
      const { results } = await env.TENANTS_01.prepare(
        `SELECT r.title FROM records r JOIN entity_types t ON t.tenant_id = r.tenant_id AND t.number = r.type
         WHERE t.tenant_id = ? AND t.name = 'deals' ORDER BY r.number`,
      )
        .bind(owner.tenantId)
        .all<{ title: string | null }>();
      return results.map(({ title }) => title);
    };
    expect(await titles()).toEqual(["Roof", "Wall"]);
    const changed = await owner.put<WireEntityType>(`${path}/deals`, { display_attribute: "number" });
    expect(changed.body.display_attribute).toBe("number");
    expect(await titles()).toEqual(["7", null]);
    await owner.post("/api/data/deals", { title: "Door", number: 8 });
    expect(await titles()).toEqual(["7", null, "8"]);
    await owner.put(`${path}/deals`, { display_attribute: null });
    expect(await titles()).toEqual([null, null, null]);
    await owner.put(`${path}/deals`, { display_attribute: "title" });
    expect(await titles()).toEqual(["Roof", "Wall", "Door"]);
    const deleted = await owner.delete(`${path}/deals/attributes/title`);
    expect(deleted.status).toBe(204);
    expect(await titles()).toEqual([null, null, null]);
    expect((await owner.get<WireEntityType>(`${path}/deals`)).body.display_attribute).toBeNull();
  });

  it("decides anew when the type changes meanwhile", async () => {
    const { owner } = await world.tenant();
    await createDeals(owner);
    owner.beforeCommit(() => owner.put(`${path}/deals`, { display_name: "Продажи" }));
    const renamed = await owner.put<WireEntityType>(`${path}/deals`, { name: "sales" });
    expect(renamed.body).toMatchObject({ name: "sales", display_name: "Продажи" });
    expect(renamed.batches).toHaveLength(4);

    owner.beforeCommit(() => owner.delete(`${path}/sales`));
    expect((await owner.put(`${path}/sales`, { name: "deals" })).status).toBe(404);
  });
});

describe("deleting", () => {
  it("leaves nothing behind", async () => {
    const { owner, id: tenantId } = await world.tenant();
    const before = await rows(tenantId);
    const type = await createDeals(owner);
    const unique = { name: "code", display_name: "Code", value_type: "string", unique: true };
    await owner.post(`${path}/deals/attributes`, unique);
    const attributeIds = type.attributes.map(({ id }) => id).toReversed();
    await owner.post(`${path}/deals/attributes/order`, { attribute_ids: attributeIds });
    await owner.post("/api/aliases/tables", { table_name: "deals", display_name: "Дела" });
    await owner.post("/api/aliases", { table_name: "deals", attribute_name: "title", display_name: "Что" });
    const kept = await owner.post<{ id: string }>("/api/data/deals", { title: "Roof", code: "1" });
    const gone = await owner.post<{ id: string }>("/api/data/deals", { title: "Wall", code: "2" });
    await owner.delete(`/api/data/deals/${gone.body.id}`);
    expect(await rows(tenantId)).not.toEqual(before);

    const headers = { "idempotency-key": "delete" };
    const [first, second] = [
      await owner.delete(`${path}/deals`, { headers }),
      await owner.delete(`${path}/deals`, { headers }),
    ];
    expect([first.status, second.status]).toEqual([204, 204]);
    expect((await owner.delete(`${path}/deals`)).status).toBe(404);
    expect((await owner.get(`/api/data/deals/${kept.body.id}`)).status).toBe(404);
    expect(await rows(tenantId)).toEqual(before);
  });

  it("gives its name to a new type, but neither grants nor records", async () => {
    const { owner, member } = await world.tenant();
    await createDeals(owner);
    const seller = await member({ permissions: ["deals:view"] });
    await owner.delete(`${path}/deals`);
    expect((await seller.get(path)).status).toBe(403);
    await createDeals(owner);
    expect((await seller.get(`${path}/deals`)).status).toBe(403);
  });

  it("leaves roles that others than the founder can still hand on", async () => {
    const { owner, member } = await world.tenant();
    await createDeals(owner);
    const permissions = ["leads:view", "deals:view"];
    const role = await owner.post<{ id: string }>("/api/roles", { name: "Sellers", permissions });
    const seller = await member();
    const head = await member({ permissions: ["roles:manage", "leads:view"] });
    const giveRole = () => head.put(`/api/users/${seller.memberId}/roles`, { role_ids: [role.body.id] });
    expect((await giveRole()).status).toBe(403);
    await owner.delete(`${path}/deals`);
    expect((await giveRole()).status).toBe(200);
  });
});

/** How many rows a tenant has in the tables that hold what belongs to its entity types. */
async function rows(tenantId: string): Promise<Record<string, number>> {
  const tables = [
    "entity_types",
    "attributes",
    "select_lists",
    "select_options",
    "attribute_orders",
    "aliases",
    "records",
    "record_index",
    "record_unique",
  ];
  const counts = await env.TENANTS_01.batch<{ n: number }>(
    tables.map((table) =>
      env.TENANTS_01.prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant_id = ?`).bind(tenantId),
    ),
  );
  return Object.fromEntries(tables.map((table, i) => [table, counts[i]?.results[0]?.n ?? -1]));
}
