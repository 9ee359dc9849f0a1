import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { dayAt } from "../../src/lib/time-zone.ts";
import { type MemberClient, makeWorld, type TestTenant } from "../support/world.ts";

const world = makeWorld();
const path = "/api/data/sales";
const ZONE = "America/New_York";
let tenant: TestTenant;
let owner: MemberClient;
let colleague: MemberClient;

interface Problem {
  readonly code?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}
type Groups = readonly { readonly group_key: unknown; readonly count: number }[];
interface Figures extends Problem {
  readonly data: readonly { readonly group_keys: readonly unknown[]; readonly values: readonly unknown[] }[];
  readonly truncated: boolean;
}

const MOMENTS = [
  "2025-03-09T04:59:59Z",
  "2025-03-09T05:00:00Z",
  "2025-03-10T03:59:59.999Z",
  "2025-03-10T04:00:00Z",
  "2025-11-02T03:59:59Z",
  "2025-11-03T04:59:59Z",
  "2025-11-03T05:00:00Z",
  "2024-12-31T23:00:00Z",
  "2025-01-01T05:00:00Z",
];

/** What the tests sum up in their own way. */
const RECORDS = Array.from({ length: 60 }, (_, i) => ({
  name: ["Acme", "ACME", "ёлка", "Елка", null][i % 5] ?? null,
  stage: ["New", "Won", null][i % 3] ?? null,
  amount: i % 4 === 0 ? null : 9_007_199_254_740_991 - i,
  price: i % 6 === 0 ? null : (i % 10) / 10,
  done: [true, false, null][i % 3] ?? null,
  day: ["2025-01-05", "2025-01-06", "2025-03-31", "2025-12-31", "2024-02-29"][i % 5],
  at: MOMENTS[i % MOMENTS.length],
}));

beforeAll(async () => {
  tenant = await world.tenant();
  owner = tenant.owner;
  colleague = await tenant.member({ permissions: ["meta:view"] });
  await env.TENANTS_01.prepare("UPDATE tenants SET time_zone = ? WHERE tenant_id = ?")
    .bind(ZONE, tenant.id)
    .run();
  const kinds = {
    name: "string",
    stage: "select",
    amount: "integer",
    price: "float",
    done: "boolean",
    day: "date",
    at: "datetime",
    seller: "user",
    notes: "text",
    hour: "time",
  };
  const attributes = Object.entries(kinds).map(([name, value_type]) => ({
    name,
    display_name: name,
    value_type,
    ...(value_type === "select" && { options: ["New", "Won"] }),
  }));
  const type = { name: "sales", display_name: "Sales", attributes };
  expect((await owner.post("/api/meta/entity-types", type)).status).toBe(201);
  const records = RECORDS.map((record, i) => ({
    ...record,
    seller: i % 2 === 0 ? owner.memberId : null,
    owner_id: i % 3 === 0 ? colleague.memberId : owner.memberId,
  }));
  const { status, text } = await owner.post(`${path}/bulk-create`, { records, atomic: true });
  expect(status, text).toBe(200);
});

const groupBy = (attribute: string, query = "", client = owner) =>
  client.get<Groups & Problem>(`${path}/group-by/${attribute}${query}`);
const aggregate = (body: unknown, client = owner) => client.post<Figures>(`${path}/aggregate`, body);

/** Counts by key, in any order. */
function counted(groups: Groups): Record<string, number> {
  return Object.fromEntries(groups.map(({ group_key: key, count }) => [JSON.stringify(key), count]));
}

function expected(keyOf: (record: (typeof RECORDS)[number], i: number) => unknown): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [i, record] of RECORDS.entries()) {
    const key = JSON.stringify(keyOf(record, i));
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

const dayOf = (moment = "") => dayAt(new Date(moment), ZONE);

describe("groups", () => {
  it("are by the values that records show, blanks among them, the most frequent first", async () => {
    const { status, body, cost } = await groupBy("stage");
    expect(status).toBe(200);
    expect(cost.trips).toBeLessThanOrEqual(2);
    expect(counted(body)).toEqual(expected(({ stage }) => stage));
    expect(counted((await groupBy("done")).body)).toEqual(expected(({ done }) => done));
    expect(counted((await groupBy("price")).body)).toEqual(expected(({ price }) => price));
    const { body: names } = await groupBy("name");
    expect(names.map(({ count }) => count)).toEqual([24, 24, 12]);
    expect(names.map(({ group_key: key }) => String(key).toLowerCase().replace("ё", "е")).sort()).toEqual([
      "acme",
      "null",
      "елка",
    ]);
  });

  it("name members", async () => {
    expect(counted((await groupBy("seller")).body)).toEqual({
      [JSON.stringify({ id: owner.memberId, full_name: "Founder" })]: 30,
      null: 30,
    });
    expect((await groupBy("owner_id")).body.map(({ count }) => count)).toEqual([40, 20]);
  });

  it.each<[string, (day: string) => string]>([
    ["day", (day) => day],
    ["month", (day) => day.slice(0, 7)],
    ["year", (day) => day.slice(0, 4)],
    ["quarter", (day) => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`],
    [
      "week",
      (day) => {
        const date = new Date(`${day}T00:00:00Z`);
        date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
        return date.toISOString().slice(0, 10);
      },
    ],
  ])("put days, and moments in the company's time zone, into each %s", async (bucket, of) => {
    const query = `?bucket=${bucket}`;
    expect(counted((await groupBy("day", query)).body)).toEqual(expected(({ day = "" }) => of(day)));
    expect(counted((await groupBy("at", query)).body)).toEqual(expected(({ at }) => of(dayOf(at))));
  });

  it("put moments into days unless told otherwise", async () => {
    expect(counted((await groupBy("at")).body)).toEqual(expected(({ at }) => dayOf(at)));
    expect((await groupBy("created_at", "?bucket=year")).body.length).toBe(1);
  });

  it("are of the records that pass a filter", async () => {
    const filters = encodeURIComponent(JSON.stringify([{ field: "stage", value: "Won" }]));
    expect(counted((await groupBy("stage", `?filters=${filters}`)).body)).toEqual({ '"Won"': 20 });
  });

  it("say what there is not, and what does not fit", async () => {
    for (const name of ["nothing", "notes2", "position", "id", "version"]) {
      expect((await groupBy(name)).status).toBe(404);
    }
    const wrong = await groupBy("stage", "?bucket=week");
    expect([wrong.status, wrong.body.errors?.[0]?.path]).toEqual([400, "bucket"]);
  });

  it("are a thousand at most", async () => {
    const records = Array.from({ length: 1_000 }, (_, i) => ({ amount: i }));
    const { owner: other } = await world.tenant();
    const attributes = [{ name: "amount", display_name: "Amount", value_type: "integer" }];
    await other.post("/api/meta/entity-types", { name: "sales", display_name: "Sales", attributes });
    await other.post(`${path}/bulk-create`, { records });
    await other.post(`${path}/bulk-create`, { records: [{ amount: 5 }, { amount: 5_000 }] });
    const { body } = await groupBy("amount", "", other);
    expect([body.length, body[0]]).toEqual([1_000, { group_key: 5, count: 2 }]);
    const all = await aggregate({ group_by: ["amount"], metrics: [{ function: "count" }] }, other);
    expect([all.body.data.length, all.body.truncated]).toEqual([1_000, true]);
  });
});

describe("figures", () => {
  const sum = (values: readonly (number | null | undefined)[]) =>
    values.reduce<bigint>((total, value) => total + BigInt(value ?? 0), 0n);

  it("are exact where whole numbers are summed, and have fifteen digits elsewhere", async () => {
    const { body } = await aggregate({
      metrics: [
        { function: "count" },
        { function: "count", attribute: "amount" },
        { function: "sum", attribute: "price" },
        { function: "avg", attribute: "price" },
        { function: "min", attribute: "amount" },
        { function: "max", attribute: "day" },
        { function: "max", attribute: "at" },
        { function: "sum", attribute: "amount" },
      ],
    });
    const amounts = RECORDS.flatMap(({ amount }) => amount ?? []);
    const cents = RECORDS.flatMap(({ price }) => (price === null ? [] : [Math.round(price * 10)]));
    const total = Number(sum(cents));
    const [{ group_keys: keys, values } = { group_keys: [0], values: [] }] = body.data;
    expect([keys, body.truncated]).toEqual([[], false]);
    expect(values).toEqual([
      60,
      amounts.length,
      total / 10,
      Number((total / 10 / cents.length).toPrecision(15)),
      Math.min(...amounts),
      "2025-12-31",
      "2025-11-03T05:00:00Z",
      // Far beyond 2⁶³ in the sum of many: still the nearest number there is.
      Number(sum(amounts)),
    ]);
  });

  it("are exact to the unit just below 2⁵³", async () => {
    const filters = { field: "amount", op: "in", value: [9_007_199_254_740_990] };
    const { body } = await aggregate({ filters, metrics: [{ function: "sum", attribute: "amount" }] });
    expect(body.data[0]?.values).toEqual([9_007_199_254_740_990]);
  });

  it("are of each group, by several attributes, in the order of the keys", async () => {
    const { body, cost } = await aggregate({
      group_by: ["stage", { attribute: "at", bucket: "year" }],
      metrics: [{ function: "count" }, { function: "sum", attribute: "price" }],
    });
    expect(cost.trips).toBeLessThanOrEqual(2);
    const groups = new Map<string, [number, number]>();
    for (const { stage, at, price } of RECORDS) {
      const key = JSON.stringify([stage, dayOf(at).slice(0, 4)]);
      const [count, total] = groups.get(key) ?? [0, 0];
      groups.set(key, [count + 1, total + Math.round((price ?? 0) * 10)]);
    }
    const told = new Map(body.data.map(({ group_keys: keys, values }) => [JSON.stringify(keys), values]));
    expect(told).toEqual(new Map([...groups].map(([key, [count, total]]) => [key, [count, total / 10]])));
    expect(body.data[0]?.group_keys[0]).toBeNull();
  });

  it("of nothing are zero and null", async () => {
    const filters = { field: "amount", value: 1 };
    const metrics = ["count", "sum", "avg", "min"].map((name) => ({ function: name, attribute: "amount" }));
    expect((await aggregate({ filters, metrics })).body.data).toEqual([
      { group_keys: [], values: [0, 0, null, null] },
    ]);
    expect((await aggregate({ filters, group_by: ["stage"], metrics })).body.data).toEqual([]);
  });

  it.each<[unknown, string, string]>([
    [{ metrics: [{ function: "sum" }] }, "metrics[0].attribute", "required"],
    [{ metrics: [{ function: "sum", attribute: "name" }] }, "metrics[0].attribute", "unknown_field"],
    [{ metrics: [{ function: "sum", attribute: "day" }] }, "metrics[0].attribute", "unknown_field"],
    [{ metrics: [{ function: "min", attribute: "stage" }] }, "metrics[0].attribute", "unknown_field"],
    [{ group_by: ["nothing"], metrics: [{ function: "count" }] }, "group_by[0]", "unknown_field"],
    [{ metrics: [{ function: "median", attribute: "amount" }] }, "metrics[0].function", "invalid_choice"],
    [{ metrics: [] }, "metrics", "too_few_items"],
    [{ filters: { field: "x" }, metrics: [{ function: "count" }] }, "filters.field", "unknown_field"],
  ])("refuse %j", async (body, at, code) => {
    const answer = await aggregate(body);
    expect([answer.status, answer.body.errors?.[0]]).toMatchObject([400, { path: at, code }]);
  });

  it("are of what the member may see", async () => {
    const metrics = [{ function: "count" }];
    expect((await aggregate({ metrics }, colleague)).status).toBe(403);
    expect((await groupBy("stage", "", colleague)).status).toBe(403);
    const mine = await tenant.member({ permissions: ["sales:view"] });
    await env.TENANTS_01.prepare(
      `UPDATE roles SET grants = replace(grants, '"all"', '"own"') WHERE tenant_id = ?1 AND id IN
         (SELECT role_id FROM member_roles WHERE tenant_id = ?1 AND member_id = ?2)`,
    )
      .bind(tenant.id, mine.memberId)
      .run();
    expect((await aggregate({ metrics }, mine)).body.data).toEqual([{ group_keys: [], values: [0] }]);
  });

  it("are not of the trash", async () => {
    const { owner: other } = await world.tenant();
    const { body } = await other.post<{ id: string }>("/api/data/leads", { organization_name: "Gone" });
    await other.delete(`/api/data/leads/${body.id}`);
    expect((await other.get("/api/data/leads/group-by/organization_name")).body).toEqual([]);
  });
});
