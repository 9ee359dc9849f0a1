import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { proof } from "../../support/proof.ts";
import { type MemberClient, makeWorld, type TestTenant } from "../../support/world.ts";

const world = makeWorld();
const path = "/api/data/people";
let tenant: TestTenant;
let owner: MemberClient;

interface Result {
  readonly results: readonly {
    readonly id?: string;
    readonly status: string;
    readonly errors?: readonly { readonly path: string; readonly code: string }[];
  }[];
  readonly succeeded: number;
  readonly failed: number;
  readonly code?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

const ATTRIBUTES = [
  { name: "email", display_name: "E-mail", value_type: "email", unique: true },
  { name: "code", display_name: "Code", value_type: "integer", unique: true, indexed: false },
  { name: "name", display_name: "Name", value_type: "string" },
  { name: "age", display_name: "Age", value_type: "integer", min: 0 },
];

async function company(): Promise<TestTenant> {
  const made = await world.tenant();
  const type = { name: "people", display_name: "People", display_attribute: "name", attributes: ATTRIBUTES };
  expect((await made.owner.post("/api/meta/entity-types", type)).status).toBe(201);
  return made;
}

beforeAll(async () => {
  tenant = await company();
  owner = tenant.owner;
});

const send = (verb: string, body: unknown, client = owner) => client.post<Result>(`${path}/${verb}`, body);
const told = ({ results }: Result) =>
  results.map(({ status, errors = [] }) => [status, ...errors.map((issue) => `${issue.path} ${issue.code}`)]);
const read = async (id: string | undefined) =>
  (await owner.get<Record<string, unknown>>(`${path}/${id}`)).body;

async function make(records: readonly Record<string, unknown>[], client = owner): Promise<string[]> {
  const { body } = await send("bulk-create", { records, atomic: true }, client);
  return body.results.map(({ id }) => id as string);
}

/** Roles of the wire have no scopes yet, but grants do. */
async function sellerOfOwn(): Promise<MemberClient> {
  const seller = await tenant.member({ permissions: ["people:create", "people:edit"] });
  await env.TENANTS_01.prepare(
    `UPDATE roles SET grants = replace(grants, '"all"', '"own"') WHERE tenant_id = ?1 AND id IN
       (SELECT role_id FROM member_roles WHERE tenant_id = ?1 AND member_id = ?2)`,
  )
    .bind(tenant.id, seller.memberId)
    .run();
  return seller;
}

/** Rows of index and unique table that records of the tenant's do not account for, and the other way round. */
async function keyRows({ id }: TestTenant) {
  const rows = async (table: string) => {
    const { results } = await env.TENANTS_01.prepare(
      `SELECT k.attribute, k.key, k.record, a.value_type, r.data ->> ('$.a' || k.attribute) AS value
       FROM ${table} k JOIN attributes a ON a.tenant_id = k.tenant_id AND a.number = k.attribute
       JOIN entity_types t ON t.tenant_id = k.tenant_id AND t.id = a.entity_type_id
       LEFT JOIN records r ON r.tenant_id = k.tenant_id AND r.type = t.number AND r.number = k.record
         AND r.deleted_at IS NULL
       WHERE k.tenant_id = ? AND t.name = 'people'`,
    )
      .bind(id)
      .all<{ key: string | number; value: string | number | null }>();
    return results;
  };
  return { index: await rows("record_index"), unique: await rows("record_unique") };
}

describe("bulk-update", () => {
  it("takes or refuses each by itself, in three trips", async () => {
    const [one, two, three] = await make([
      { email: "one@example.com", name: "One", age: 1 },
      { email: "two@example.com", name: "Two", age: 2 },
      { email: "three@example.com", name: "Three", age: 3 },
    ]);
    const { status, body, cost } = await send("bulk-update", {
      records: [
        { id: one, name: "Uno" },
        { id: two, age: -1 },
        { id: three, email: "TWO@example.com" },
        { id: crypto.randomUUID(), name: "Nobody" },
        { id: one, name: "Eins" },
        { id: three, version: 7, wrong: 1 },
      ],
    });
    expect(status).toBe(200);
    expect(told(body)).toEqual([
      ["updated"],
      ["failed", "records[1].age too_small"],
      ["failed", "records[2].email not_unique"],
      ["failed", "records[3].id unknown_record"],
      ["failed", "records[4].id given_twice"],
      ["failed", "records[5].id given_twice"],
    ]);
    expect(body).toMatchObject({ succeeded: 1, failed: 5 });
    expect(cost.trips).toBeLessThanOrEqual(3);
    expect(await read(one)).toMatchObject({ name: "Uno", age: 1, version: 2, email: "one@example.com" });
    expect(await read(three)).toMatchObject({ version: 1 });
  });

  it("lets unique values move from one record to another, and not where one of them stays", async () => {
    const [a, b, c] = await make([{ code: 11 }, { code: 12 }, { code: 13 }]);
    const swap = {
      records: [
        { id: a, code: 12 },
        { id: b, code: 11 },
      ],
    };
    expect(told((await send("bulk-update", swap)).body)).toEqual([["updated"], ["updated"]]);
    expect([(await read(a)).code, (await read(b)).code]).toEqual([12, 11]);
    const chain = {
      records: [
        { id: a, code: 11 },
        { id: b, code: 13 },
        { id: c, code: "x" },
      ],
    };
    expect(told((await send("bulk-update", chain)).body)).toEqual([
      ["failed", "records[0].code not_unique"],
      ["failed", "records[1].code not_unique"],
      ["failed", "records[2].code not_an_integer"],
    ]);
  });

  it("writes nothing at all when atomic and one is wrong", async () => {
    const [a, b] = await make([{ name: "A" }, { name: "B" }]);
    const { status, body } = await send("bulk-update", {
      records: [
        { id: a, name: "AA" },
        { id: b, age: -5 },
      ],
      atomic: true,
    });
    expect([status, body.code, body.errors?.[0]?.path]).toEqual([400, "invalid_input", "records[1].age"]);
    expect(await read(a)).toMatchObject({ name: "A", version: 1 });
    const taken = await send("bulk-update", { records: [{ id: a, email: "one@example.com" }], atomic: true });
    expect([taken.status, taken.body.code]).toEqual([409, "not_unique"]);
  });

  it("writes nothing for records in which nothing changes", async () => {
    const [id] = await make([{ name: "Same", age: 5 }]);
    const { body, cost } = await send("bulk-update", { records: [{ id, name: "Same" }] });
    expect([body.succeeded, cost.rowsWritten]).toEqual([1, 0]);
    expect((await read(id)).version).toBe(1);
  });

  it("does not see records of another company, of another table, or in the trash", async () => {
    const other = await company();
    const [foreign] = await make([{ name: "Theirs" }], other.owner);
    const { body: lead } = await owner.post<{ id: string }>("/api/data/leads", { organization_name: "Lead" });
    const [gone] = await make([{ name: "Gone" }]);
    await owner.delete(`${path}/${gone}`);
    const records = [foreign, lead.id, gone].map((id) => ({ id, name: "Mine" }));
    const { body } = await send("bulk-update", { records });
    expect(told(body)).toEqual([0, 1, 2].map((i) => ["failed", `records[${i}].id unknown_record`]));
  });

  it("changes only the member's own under that scope, and nothing without the right", async () => {
    const seller = await sellerOfOwn();
    const [mine] = await make([{ name: "Mine" }], seller);
    const [theirs] = await make([{ name: "Theirs" }]);
    const records = [mine, theirs].map((id) => ({ id, name: "Changed" }));
    expect(told((await send("bulk-update", { records }, seller)).body)).toEqual([
      ["updated"],
      ["failed", "records[1].id unknown_record"],
    ]);
    const viewer = await tenant.member({ permissions: ["people:view"] });
    expect((await send("bulk-update", { records }, viewer)).status).toBe(403);
  });

  it("changes a thousand with a few statements, whose rows do not grow with the table", async () => {
    const ids = await make(Array.from({ length: 1_000 }, (_, i) => ({ name: `N ${i}`, age: i })));
    const { body, cost, batches } = await send("bulk-update", {
      records: ids.map((id, i) => ({ id, age: i + 1 })),
      atomic: true,
    });
    expect(body).toMatchObject({ succeeded: 1_000, failed: 0 });
    expect(cost.trips).toBeLessThanOrEqual(3);
    expect(Math.max(...batches.map(({ statements }) => statements.length))).toBeLessThanOrEqual(10);
    // The record with its indexes, and the index row that goes and the one that comes.
    expect(cost.rowsWritten).toBeLessThanOrEqual(8_000);
    expect(cost.rowsRead).toBeLessThanOrEqual(25_000);
    expect(await read(ids[999])).toMatchObject({ age: 1_000, version: 2 });
  });

  it("is decided anew when a record changes meanwhile", async () => {
    const [id] = await make([{ name: "Before", age: 1 }]);
    owner.beforeCommit(() => owner.patch(`${path}/${id}`, { age: 2 }));
    expect((await send("bulk-update", { records: [{ id, name: "After" }] })).body.succeeded).toBe(1);
    expect(await read(id)).toMatchObject({ name: "After", age: 2, version: 3 });
  });
});

describe("upsert", () => {
  it("changes what has the key and creates the rest, in three trips", async () => {
    const [known] = await make([{ email: "known@example.com", name: "Known", age: 40, code: 900 }]);
    const { body, cost } = await send("upsert", {
      key: "email",
      records: [
        { email: "KNOWN@example.com", name: "Renamed" },
        { email: "new@example.com", name: "New", age: 1 },
        { email: "new@example.com", name: "Twin" },
        { name: "Nobody" },
        { email: "not an address" },
        { email: "other@example.com", code: 900 },
        { email: "third@example.com", id: known },
      ],
    });
    expect(told(body)).toEqual([
      ["updated"],
      ["created"],
      ["failed", "records[2].email given_twice"],
      ["failed", "records[3].email required"],
      ["failed", "records[4].email not_an_email"],
      ["failed", "records[5].code not_unique"],
      ["failed", "records[6].id already_taken"],
    ]);
    expect(cost.trips).toBeLessThanOrEqual(3);
    expect(body.results[0]?.id).toBe(known);
    expect(await read(known)).toMatchObject({ name: "Renamed", age: 40, code: 900, version: 2 });
    expect(await read(body.results[1]?.id)).toMatchObject({ email: "new@example.com", age: 1, version: 1 });
  });

  it("names a key that is none", async () => {
    const wrong = await send("upsert", { key: "age", records: [{ age: 1 }] });
    expect([wrong.status, wrong.body.errors?.[0]]).toMatchObject([
      400,
      { path: "key", code: "not_a_unique_attribute" },
    ]);
    const none = await send("upsert", { key: "nothing", records: [{ age: 1 }] });
    expect(none.body.errors?.[0]).toMatchObject({ path: "key", code: "unknown_attribute" });
  });

  it("takes both rights", async () => {
    const body = { key: "code", records: [{ code: 5_000 }] };
    for (const only of ["create", "edit"]) {
      const client = await tenant.member({ permissions: [`people:${only}`] });
      expect((await send("upsert", body, client)).status).toBe(403);
    }
  });

  it("changes no record that is out of the member's scope", async () => {
    const seller = await sellerOfOwn();
    await make([{ code: 6_000, name: "Theirs" }]);
    const { body } = await send(
      "upsert",
      { key: "code", records: [{ code: 6_000, name: "Mine" }, { code: 6_001 }] },
      seller,
    );
    expect(told(body)).toEqual([["failed", "records[0].code not_unique"], ["created"]]);
  });

  it("does not create twice what somebody creates meanwhile", async () => {
    owner.beforeCommit(() => owner.post(path, { code: 7_000, name: "First" }));
    const { body } = await send("upsert", { key: "code", records: [{ code: 7_000, name: "Second" }] });
    expect(told(body)).toEqual([["updated"]]);
    expect(await read(body.results[0]?.id)).toMatchObject({ name: "Second", version: 2 });
  });
});

describe("any sequence of bulk writes", () => {
  it("leaves records, index and unique rows in step with a model", async () => {
    const runs = proof("bulk writes agree with a model", { full: 300, reduced: 6 }, 20_261_126);
    const code = fc.option(fc.integer({ min: 1, max: 6 }), { nil: null });
    const age = fc.integer({ min: -1, max: 5 });
    const item = fc.record({ which: fc.nat(), code, age });
    const step = fc.record({
      verb: fc.constantFrom("bulk-create", "bulk-update", "upsert"),
      items: fc.array(item, { minLength: 1, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const mine = await company();
        const model = new Map<string, { code: number | null; age: number }>();
        for (const { verb, items } of steps) {
          const ids = [...model.keys()];
          const records = items.map(({ which, ...values }) =>
            verb === "bulk-update"
              ? { id: ids[which % ids.length] ?? crypto.randomUUID(), ...values }
              : values,
          );
          const body = verb === "upsert" ? { key: "code", records } : { records };
          const { results } = (await send(verb, body, mine.owner)).body;
          const claimed: (number | null)[] = [];
          for (const [i, { id = "", status }] of results.entries()) {
            const { code: wanted = null, age: years = 0 } = items[i] ?? {};
            if (status === "failed") continue;
            expect(years).toBeGreaterThanOrEqual(0);
            if (verb === "upsert") {
              const had = [...model].find(([, value]) => value.code === wanted)?.[0];
              expect([status, had ?? id]).toEqual([had ? "updated" : "created", id]);
            }
            model.set(id, { code: wanted, age: years });
            claimed.push(wanted);
          }
          const given = [...model.values()].flatMap((value) => value.code ?? []);
          expect(new Set(given).size).toBe(given.length);
          // Who was refused had a reason: a bad age, a missing or repeated key, a code that somebody has.
          for (const [i, { status, errors = [] }] of results.entries()) {
            if (status !== "failed") continue;
            const { code: wanted = null, age: years = 0 } = items[i] ?? {};
            const codes = errors.map((issue) => issue.code);
            if (codes.includes("too_small")) expect(years).toBe(-1);
            else if (codes.includes("required")) expect(wanted).toBeNull();
            else if (codes.includes("not_unique")) expect(wanted).not.toBeNull();
            else expect(["given_twice", "unknown_record"]).toContain(codes[0]);
          }
        }
        const { body } = await mine.owner.get<{ data: Record<string, unknown>[]; total: number }>(
          `${path}?limit=200`,
        );
        expect(body.total).toBe(model.size);
        expect(
          new Map(body.data.map((record) => [record.id, { code: record.code, age: record.age }])),
        ).toEqual(model);
        const { index, unique } = await keyRows(mine);
        // email, name and age are indexed; a blank has the lowest key.
        expect(index.length).toBe(3 * model.size);
        for (const { key, value } of index) expect(key).toBe(value ?? -Number.MAX_VALUE);
        expect(unique.map(({ key }) => key).sort()).toEqual(
          [...model.values()].flatMap((value) => value.code ?? []).sort(),
        );
      }),
      { numRuns: runs, seed: 20_261_126 },
    );
  });
});
