import { beforeAll, describe, expect, it } from "vitest";
import type { RecordPage } from "../../src/domain/records/list-records.ts";
import { type Answer, type MemberClient, makeWorld, type TestTenant } from "../support/world.ts";

const world = makeWorld();
const path = "/api/data/leads";
let tenant: TestTenant;
let owner: MemberClient;
/** In the order of the list: the last created first. */
let names: string[];

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

beforeAll(async () => {
  tenant = await world.tenant();
  owner = tenant.owner;
  const records = Array.from({ length: 12 }, (_, i) => ({
    organization_name: i % 2 === 0 ? `Ёлка ${i}` : `Acme ${i}`,
    revenue: i % 3 === 0 ? null : i * 10,
    responsible: i % 4 === 0 ? owner.memberId : null,
    rating: (i % 5) + 1,
  }));
  names = records.map((record) => record.organization_name);
  expect((await owner.post(`${path}/bulk-create`, { records })).status).toBe(200);
});

function namesOf({ body, status, text }: Answer<RecordPage>): unknown[] {
  expect(status, text).toBe(200);
  return body.data.map((record) => record.organization_name);
}

function issuesOf({ body }: { body: Problem }): string[] {
  return [body.code, ...(body.errors ?? []).map((issue) => `${issue.path} ${issue.code}`)];
}

const get = (query: Record<string, string>, client = owner) =>
  client.get<RecordPage & Problem>(`${path}?${new URLSearchParams(query)}`);
const post = (body: unknown, client = owner) => client.post<RecordPage & Problem>(`${path}/query`, body);

describe("a list", () => {
  it("is a page with its total and the way to the next, in one trip", async () => {
    const first = await get({ limit: "5" });
    expect(namesOf(first)).toEqual(names.slice(0, 5));
    expect(first.body.total).toBe(12);
    const second = await get({ limit: "50", cursor: first.body.next_cursor ?? "" });
    expect(second.cost.trips).toBe(1);
    expect(namesOf(second)).toEqual(names.slice(5));
    expect(second.body.next_cursor).toBeNull();
  });

  it("shows records as they are read one by one", async () => {
    const { body } = await get({ limit: "1", filters: '[{"field":"responsible","op":"not_blank"}]' });
    const [record] = body.data;
    expect(record).toMatchObject({
      responsible: { id: owner.memberId, full_name: "Founder" },
      owner_id: owner.memberId,
      version: 1,
      email: null,
    });
    expect((await owner.get(`${path}/${record?.id}`)).body).toEqual(record);
  });

  it("of no records is empty, and so is one past the last", async () => {
    const { body } = await owner.get<RecordPage>("/api/data/individuals");
    expect(body).toEqual({ data: [], total: 0, next_cursor: null });
    expect((await get({ skip: "500" })).body).toMatchObject({ data: [], next_cursor: null });
  });

  it("is found by the id of its entity type as well as by its name", async () => {
    const { body } = await owner.get<{ id: string }>("/api/meta/entity-types/leads");
    expect(namesOf(await owner.get(`/api/data/${body.id}?limit=3`))).toEqual(names.slice(0, 3));
  });

  it("shows only the attributes asked for, beside the system fields", async () => {
    const { body } = await get({ fields: "revenue,id", limit: "1" });
    expect(Object.keys(body.data[0] ?? {}).sort()).toEqual([
      ...["created_at", "created_by", "id", "owner_id", "position", "revenue", "updated_at", "version"],
    ]);
    expect((await post({ fields: ["revenue"], limit: 1 })).body.data).toEqual(body.data);
  });
});

describe("GET and POST", () => {
  const filters = {
    and: [
      { field: "organization_name", op: "contains", value: "ЕЛКА" },
      {
        or: [
          { field: "revenue", op: "gte", value: 40 },
          { field: "responsible", value: "$me" },
        ],
      },
      { not: { field: "created_at", op: "is_before", value: "yesterday" } },
    ],
  };

  it.each<[string, Record<string, unknown>]>([
    ["filters", { filters }],
    [
      "a flat list",
      {
        filters: [
          { field: "rating", op: "gt", value: 2 },
          { field: "rating", value: 4 },
        ],
      },
    ],
    ["sort", { sort: "-revenue,organization_name" }],
    ["the Python server's sort", { sort_by: "revenue", sort_order: "desc" }],
    ["order alone", { sort_order: "desc" }],
    ["skip, limit and count", { skip: 2, limit: 3, count: "exact", filters }],
    ["what is ignored", { _source: "web" }],
  ])("mean the same by %s", async (_what, input) => {
    const query = Object.fromEntries(
      Object.entries(input).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
    const [byGet, byPost] = [await get(query), await post(input)];
    expect(namesOf(byGet)).toEqual(namesOf(byPost));
    expect(byGet.body).toEqual(byPost.body);
  });

  it("share their cursors", async () => {
    const { body } = await get({ filters: JSON.stringify(filters), sort: "-revenue", limit: "2" });
    const sort = [{ field: "revenue", order: "desc" }];
    const rest = await post({ filters, sort, cursor: body.next_cursor });
    const all = await post({ filters, sort });
    expect([...body.data, ...rest.body.data]).toEqual(all.body.data);
  });

  it("know totals for free or on request", async () => {
    expect((await post({ filters })).body.total).toBeNull();
    expect((await post({ filters, count: "exact", limit: 1 })).body.total).toBe(4);
    expect((await post({ filters, count: "exact" })).cost.trips).toBe(1);
    expect((await post({ filters: [] })).body.total).toBe(12);
  });
});

describe("old clients", () => {
  it("get 200 records where they ask for a thousand", async () => {
    const { status } = await get({ limit: "1000", tenant_id: "5", _source: "web" });
    expect(status).toBe(200);
    const records = Array.from({ length: 205 }, (_, i) => ({ full_name: `Demo ${i}` }));
    await owner.post("/api/data/individuals/bulk-create", { records });
    const { body } = await owner.get<RecordPage>("/api/data/individuals?limit=1000");
    expect(body.data.length).toBe(200);
    expect(body.next_cursor).not.toBeNull();
  });

  it("may skip", async () => {
    const page = await get({ skip: "3", limit: "4" });
    expect(namesOf(page)).toEqual(names.slice(3, 7));
    expect(namesOf(await get({ cursor: page.body.next_cursor ?? "" }))).toEqual(names.slice(7));
  });
});

describe("what is wrong", () => {
  it.each<[Record<string, string>, string[]]>([
    [{ limit: "0" }, ["invalid_input", "limit too_small"]],
    [{ limit: "ten" }, ["invalid_input", "limit wrong_type"]],
    [{ skip: "10001" }, ["invalid_input", "skip too_big"]],
    [{ count: "about" }, ["invalid_input", "count invalid_choice"]],
    [{ trash: "yes" }, ["invalid_input", "trash invalid_choice"]],
    [{ filters: "{" }, ["invalid_input", "filters invalid_format"]],
    [
      { filters: '[{"field":"inn","op":"like","value":"1"}]' },
      ["invalid_input", "filters[0].op unknown_operator"],
    ],
    [
      { filters: '{"field":"notes","value":"a\\u0000"}' },
      ["invalid_input", "filters.value not_storable_text"],
    ],
    [{ sort: "-revenue,nope" }, ["invalid_input", "sort[1] unknown_field"]],
    [{ query: "acme" }, ["invalid_input", "query unknown_field"]],
    [{ search_fields: "revenue" }, ["invalid_input", "search_fields[0] unknown_field"]],
    [{ cursor: "" }, ["invalid_cursor"]],
    [{ cursor: "e30.AAAA" }, ["invalid_cursor"]],
  ])("%j is answered 400", async (query, issues) => {
    const answer = await get(query);
    expect(answer.status).toBe(400);
    expect(issuesOf(answer)).toEqual(issues);
  });

  it("is told of a query in the body, however deep it stands", async () => {
    let filters: unknown = { field: "last_contact_date", op: "in", value: [{ days_ago: 1 }] };
    for (let i = 0; i < 8; i++) filters = { and: [filters] };
    expect((await post({ filters })).status).toBe(200);
    const answer = await post({ filters: { and: [filters] } });
    expect(issuesOf(answer)[1]).toMatch(/^filters(\.and\[0\]){8}.* too_deep$/);
    expect(issuesOf(await post({ q: 5 }))).toEqual(["invalid_input", "q wrong_type"]);
    expect(issuesOf(await post({ limit: "5" }))).toEqual(["invalid_input", "limit wrong_type"]);
  });
});

describe("a cursor", () => {
  it("is good for its own query, table and company alone, and only as it is", async () => {
    const { body } = await get({ sort: "revenue", limit: "2" });
    const cursor = body.next_cursor ?? "";
    expect((await get({ sort: "revenue", limit: "7", cursor })).status).toBe(200);

    const rival = await world.tenant({ shard: tenant.shard });
    const [payload = "", signature = ""] = cursor.split(".");
    const forged = Buffer.from(JSON.stringify([0, 0])).toString("base64url");
    const misuses: [string, Promise<Answer<Problem>>][] = [
      ["another sort", get({ sort: "-revenue", cursor })],
      ["no sort", get({ cursor })],
      ["a filter", get({ sort: "revenue", filters: '[{"field":"rating","value":1}]', cursor })],
      ["the trash", get({ trash: "true", cursor })],
      ["another table", owner.get(`/api/data/individuals?cursor=${cursor}`)],
      ["another company", get({ sort: "revenue", cursor }, rival.owner)],
      ["another place", get({ sort: "revenue", cursor: `${forged}.${signature}` })],
      ["half a signature", get({ sort: "revenue", cursor: `${payload}.${signature.slice(0, 10)}` })],
      ["no signature", get({ sort: "revenue", cursor: payload })],
    ];
    for (const [what, misuse] of misuses) {
      const answer = await misuse;
      expect([what, answer.status, ...issuesOf(answer)]).toEqual([what, 400, "invalid_cursor"]);
    }
    expect(issuesOf(await get({ sort: "revenue", skip: "1", cursor }))).toEqual([
      "invalid_input",
      "skip not_with",
    ]);
  });

  it("survives the deletion of the record it points at", async () => {
    const other = await world.tenant();
    const records = Array.from({ length: 6 }, (_, i) => ({ organization_name: `Org ${i}`, revenue: i }));
    await other.owner.post(`${path}/bulk-create`, { records });
    const { body } = await get({ sort: "revenue", limit: "3" }, other.owner);
    await other.owner.delete(`${path}/${body.data[2]?.id}`);
    const rest = await get({ sort: "revenue", cursor: body.next_cursor ?? "" }, other.owner);
    expect(rest.body.data.map(({ revenue }) => revenue)).toEqual([3, 4, 5]);
  });
});

describe("the trash", () => {
  it("lists deleted records, the last deleted first, for who may delete", async () => {
    const { owner: boss, member } = await world.tenant();
    const records = Array.from({ length: 5 }, (_, i) => ({ organization_name: `Org ${i}` }));
    const { body } = await boss.post<{ results: { id: string }[] }>(`${path}/bulk-create`, { records });
    const ids = body.results.map(({ id }) => id);
    for (const i of [3, 0, 4]) await boss.delete(`${path}/${ids[i]}`);

    const first = await get({ trash: "true", limit: "2" }, boss);
    expect(namesOf(first)).toEqual(["Org 4", "Org 0"]);
    expect(first.body.total).toBeNull();
    expect(first.body.data[0]?.deleted_at).toMatch(/^\d{4}-/);
    const rest = await get({ trash: "true", cursor: first.body.next_cursor ?? "", count: "exact" }, boss);
    expect(namesOf(rest)).toEqual(["Org 3"]);
    expect(rest.body.total).toBe(3);
    expect(
      namesOf(await post({ trash: true, filters: [{ field: "organization_name", value: "org 0" }] }, boss)),
    ).toEqual(["Org 0"]);
    expect(namesOf(await get({}, boss))).toEqual(["Org 1", "Org 2"]);

    const viewer = await member({ permissions: ["leads:view"] });
    expect(namesOf(await get({}, viewer))).toEqual(["Org 1", "Org 2"]);
    expect((await get({ trash: "true" }, viewer)).status).toBe(403);
    expect((await get({ trash: "true" }, await member({ permissions: ["leads:delete"] }))).status).toBe(403);
    const cleaner = await member({ permissions: ["leads:view", "leads:delete"] });
    expect((await get({ trash: "true" }, cleaner)).status).toBe(200);
  });
});

describe("the largest query there may be", () => {
  it("is answered", async () => {
    const texts = Array.from({ length: 200 }, (_, i) => `${"я".repeat(80)} ${i}`);
    const leaves = (count: number, leaf: unknown) => Array(count).fill(leaf);
    let filters: unknown = leaves(8, { field: "notes", op: "not_in", value: texts });
    for (let i = 0; i < 7; i++) {
      const leaf = { field: "email", op: "not_contains", value: "x".repeat(1000) };
      filters = {
        [i % 2 ? "and" : "or"]: [
          ...leaves(5, leaf),
          { field: "revenue", op: "between", value: [1, 2] },
          filters,
        ],
      };
    }
    const sort = "-organization_name,notes,-email,contact_name";
    const first = await post({ filters, sort, limit: 5, count: "exact" });
    expect(first.body.total).toBe(12);
    const second = await post({ filters, sort, cursor: first.body.next_cursor });
    expect(new Set([...namesOf(first), ...namesOf(second)]).size).toBe(12);
  });

  it("has a cursor that fits, however long the keys are", async () => {
    const { owner: other } = await world.tenant();
    const long = '"\\'.repeat(150);
    const records = [1, 2].map(() => ({
      organization_name: long,
      notes: long,
      contact_name: long,
      source: null,
    }));
    expect((await other.post(`${path}/bulk-create`, { records })).text).toContain('"failed":0');
    const sort = "organization_name,notes,contact_name,created_by";
    const { body } = await get({ sort, limit: "1" }, other);
    expect(namesOf(await get({ sort, cursor: body.next_cursor ?? "" }, other))).toEqual([long]);
  });
});

describe("rights", () => {
  it("may be for one's own records alone", async () => {
    const { owner: boss, member, id, shard } = await world.tenant();
    const seller = await member();
    const { storage } = world.platform.openTenant(shard, id);
    const type = (await boss.get<{ id: string }>("/api/meta/entity-types/leads")).body.id;
    const role = { id: world.platform.newId(), name: "Own", nameFolded: "own", isFounder: false };
    const at = new Date().toISOString();
    await storage.commit([
      storage.roles.insert({
        ...role,
        grants: [{ subject: type, action: "view", scope: "own" }],
        attributeRules: [],
        createdAt: at,
        updatedAt: at,
      }),
      ...storage.members.setRoles(seller.memberId, [role.id]),
      storage.tenants.raiseRightsVersion(),
    ]);
    const records = [1, 2, 3, 4].map((n) => ({
      organization_name: `Org ${n}`,
      revenue: n,
      owner_id: n % 2 ? seller.memberId : boss.memberId,
    }));
    await boss.post(`${path}/bulk-create`, { records });
    const page = await get({ limit: "1" }, seller);
    expect(namesOf(page)).toEqual(["Org 1"]);
    expect(page.body.total).toBeNull();
    expect(namesOf(await get({ cursor: page.body.next_cursor ?? "" }, seller))).toEqual(["Org 3"]);
    expect(
      namesOf(await post({ sort: "-revenue", filters: { not: { field: "revenue", value: 1 } } }, seller)),
    ).toEqual(["Org 3"]);
    expect((await get({ cursor: page.body.next_cursor ?? "" }, boss)).status).toBe(400);
  });

  it("are those to view this table", async () => {
    const { member } = tenant;
    expect((await get({}, await member())).status).toBe(403);
    expect((await get({}, await member({ permissions: ["individuals:view", "leads:create"] }))).status).toBe(
      403,
    );
    expect((await post({}, await member({ permissions: ["leads:view"] }))).status).toBe(200);
    // Whether the table is there is said before whether one may see it, and both before what is wrong with the query.
    const nobody = await member();
    expect((await nobody.get("/api/data/nope?sort=nope")).status).toBe(404);
    expect((await nobody.get(`${path}?sort=nope`)).status).toBe(403);
  });
});
