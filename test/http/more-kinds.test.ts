import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import type { BulkResult } from "../../src/domain/records/settle-bulk.ts";
import type { WireRecord } from "../../src/domain/records/wire-record.ts";
import { proof } from "../support/proof.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

const world = makeWorld();
const types = "/api/meta/entity-types";
const attributes = `${types}/deals/attributes`;
const deals = "/api/data/deals";

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

interface Page {
  readonly data: readonly WireRecord[];
  readonly total: number | null;
}

const field = (name: string, value_type: string, more: object = {}) => ({
  name,
  display_name: name,
  value_type,
  ...more,
});

const NUMBER = field("number", "autonumber", { pattern: "LEAD-{0001}" });

async function tableOf(...fields: object[]): Promise<MemberClient> {
  const { owner } = await world.tenant();
  const type = { name: "deals", display_name: "Deals", attributes: [field("title", "string"), ...fields] };
  const { status, text } = await owner.post(types, type);
  expect(status, text).toBe(201);
  return owner;
}

async function create(owner: MemberClient, values: object = {}): Promise<WireRecord> {
  const { status, body, text } = await owner.post<WireRecord>(deals, values);
  expect(status, text).toBe(201);
  return body;
}

async function found(owner: MemberClient, query: object): Promise<WireRecord[]> {
  const { status, body, text } = await owner.post<Page>(`${deals}/query`, { limit: 200, ...query });
  expect(status, text).toBe(200);
  return [...body.data];
}

async function refused(answer: Promise<{ body: Problem; status: number }>): Promise<string[]> {
  const { status, body } = await answer;
  expect(status).toBe(400);
  return (body.errors ?? []).map(({ path, code }) => `${path} ${code}`);
}

const shown = (records: readonly WireRecord[], name = "number") => records.map((record) => record[name]);

describe("autonumber", () => {
  it("gives fifty records that are created at the same moment fifty numbers, in two trips each", async () => {
    const owner = await tableOf(NUMBER);
    const made = await Promise.all(
      Array.from({ length: 50 }, () => owner.post<WireRecord>(deals, { title: "Deal" })),
    );
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
    expect(new Set(made.map(({ cost }) => cost.trips))).toEqual(new Set([2]));
    const numbers = made.map(({ body }) => String(body.number)).sort();
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => `LEAD-${String(i + 1).padStart(4, "0")}`));
    for (const { body } of made.slice(0, 5)) {
      expect((await owner.get<WireRecord>(`${deals}/${body.id}`)).body).toEqual(body);
    }
    const cost = made[49]?.cost;
    // title and number are indexed, the number is unique and has its counter.
    expect(cost?.rowsWritten).toBeLessThanOrEqual(8 + 2 + 1 + 1);
  });

  it("is unique and indexed, whatever is asked for, and says so", async () => {
    const owner = await tableOf();
    const ask = (more: object) => refused(owner.post<Problem>(attributes, { ...NUMBER, ...more }));
    expect(await ask({ unique: false, indexed: false, required: true })).toEqual([
      "required not_possible_here",
      "unique always_true",
      "indexed always_true",
    ]);
    expect(await ask({ default: 5 })).toEqual(["default not_possible_here"]);
    expect(await ask({ pattern: "LEAD" })).toEqual(["pattern not_a_number_pattern"]);
    const { body } = await owner.post<WireAttribute>(attributes, NUMBER);
    expect(body).toMatchObject({ unique: true, indexed: true, required: false, pattern: "LEAD-{0001}" });
    const change = (own: object) => refused(owner.put<Problem>(`${attributes}/number`, own));
    expect(await change({ pattern: "{1}", unique: false })).toEqual([
      "unique always_true",
      "pattern read_only",
    ]);
    const same = { pattern: "LEAD-{0001}", unique: true, display_name: "No." };
    expect((await owner.put<WireAttribute>(`${attributes}/number`, same)).body).toEqual({
      ...body,
      display_name: "No.",
    });
  });

  it("counts on through bulk writes, trash and restore, and never gives a number twice", async () => {
    const owner = await tableOf(NUMBER, field("bill", "autonumber", { pattern: "{10}/26" }));
    const first = await create(owner);
    expect([first.number, first.bill]).toEqual(["LEAD-0001", "10/26"]);
    const records = [{ title: "b" }, { title: 5 }, { title: "c" }];
    const { body } = await owner.post<BulkResult>(`${deals}/bulk-create`, { records });
    expect([body.succeeded, body.failed]).toEqual([2, 1]);
    const all = await found(owner, { sort: "number" });
    expect(all.map(({ title, number, bill }) => [title, number, bill])).toEqual([
      [null, "LEAD-0001", "10/26"],
      ["b", "LEAD-0002", "11/26"],
      ["c", "LEAD-0003", "12/26"],
    ]);
    const last = all[2];
    await owner.delete(`${deals}/${last?.id}`);
    expect((await create(owner)).number).toBe("LEAD-0004");
    const back = await owner.post<WireRecord>(`${deals}/${last?.id}/restore`);
    expect(back.body.number).toBe("LEAD-0003");
    expect(shown(await found(owner, { sort: "-number" }))).toEqual(
      [4, 3, 2, 1].map((number) => `LEAD-000${number}`),
    );
  });

  it("cannot be written, though what was read may be sent back", async () => {
    const owner = await tableOf(NUMBER);
    expect(await refused(owner.post<Problem>(deals, { number: "LEAD-0007" }))).toEqual(["number read_only"]);
    const record = await create(owner, { title: "a", number: null });
    const path = `${deals}/${record.id}`;
    expect(await refused(owner.patch<Problem>(path, { number: "LEAD-0002" }))).toEqual(["number read_only"]);
    expect(await refused(owner.patch<Problem>(path, { number: null }))).toEqual(["number read_only"]);
    const kept = await owner.patch<WireRecord>(path, { title: "b", number: record.number });
    expect(kept.body).toMatchObject({ title: "b", number: "LEAD-0001", version: 2 });
  });

  it("tells an upsert which records to change, but makes none", async () => {
    const owner = await tableOf(NUMBER);
    await create(owner, { title: "old" });
    const records = [
      { number: "lead-1", title: "new" },
      { number: "LEAD-0002", title: "none" },
    ];
    const { body } = await owner.post<BulkResult>(`${deals}/upsert`, { key: "number", records });
    expect(body.results).toMatchObject([
      { status: "updated" },
      { status: "failed", errors: [{ path: "records[1].number", code: "read_only" }] },
    ]);
    expect((await found(owner, {})).map(({ title, number }) => [title, number])).toEqual([
      ["new", "LEAD-0001"],
    ]);
  });

  it("is found by what it shows, by the number, and in order", async () => {
    const owner = await tableOf(NUMBER);
    const records = Array.from({ length: 12 }, () => ({}));
    await owner.post(`${deals}/bulk-create`, { records });
    const numbers = async (op: string, value: unknown) =>
      shown(await found(owner, { filters: { field: "number", op, value }, sort: "number" }));
    expect(await numbers("eq", "lead-3")).toEqual(["LEAD-0003"]);
    expect(await numbers("in", [1, "LEAD-0012", "99"])).toEqual(["LEAD-0001", "LEAD-0012"]);
    expect(await numbers("gt", 10)).toEqual(["LEAD-0011", "LEAD-0012"]);
    expect(await numbers("contains", "ad-001")).toEqual(["LEAD-0010", "LEAD-0011", "LEAD-0012"]);
    expect(await numbers("ends_with", "02")).toEqual(["LEAD-0002"]);
    expect(await numbers("blank", undefined)).toEqual([]);
    const wrong = { filters: { field: "number", value: "DEAL-1" } };
    expect(await refused(owner.post<Problem>(`${deals}/query`, wrong))).toEqual([
      "filters.value not_such_a_number",
    ]);
  });

  it("numbers the records that are there when it is added, the trash included", async () => {
    const owner = await tableOf();
    const [, second] = [await create(owner, { title: "1" }), await create(owner, { title: "2" })];
    await create(owner, { title: "3" });
    await owner.delete(`${deals}/${second.id}`);
    const added = await owner.post<WireAttribute>(attributes, NUMBER);
    expect([added.status, added.body]).toMatchObject([201, { unique: true, indexed: true }]);
    expect(added.body).not.toHaveProperty("job_id");
    const after = await create(owner, { title: "4" });
    expect(after.number).toBe("LEAD-0004");
    const all = await found(owner, { sort: "-number" });
    expect(all.map(({ title, number, version }) => [title, number, version])).toEqual([
      ["4", "LEAD-0004", 1],
      ["3", "LEAD-0003", 2],
      ["1", "LEAD-0001", 2],
    ]);
    expect(shown(await found(owner, { q: "ead-0001" }), "title")).toEqual(["1"]);
    expect(await found(owner, { q: "lead-0002" })).toEqual([]);
    await owner.post(`${deals}/${second.id}/restore`);
    expect(shown(await found(owner, { q: "lead-0002" }), "title")).toEqual(["2"]);
    const back = await found(owner, { filters: { field: "number", op: "contains", value: "0002" } });
    expect(shown(back, "title")).toEqual(["2"]);
    expect(shown(await found(owner, { filters: { field: "number", value: 2 } }), "title")).toEqual(["2"]);
  });

  it("has its number in what an Idempotency-Key replays", async () => {
    const owner = await tableOf(NUMBER);
    const headers = { "idempotency-key": "once" };
    const once = await owner.post<WireRecord>(deals, { title: "a" }, { headers });
    const again = await owner.post<WireRecord>(deals, { title: "a" }, { headers });
    expect(once.body.number).toBe("LEAD-0001");
    expect(again.body).toEqual(once.body);
    expect((await create(owner)).number).toBe("LEAD-0002");
  });

  it("titles records", async () => {
    const owner = await tableOf(NUMBER);
    const titles = async (id: string) =>
      (
        await env.TENANTS_01.prepare("SELECT title FROM records WHERE id = ?")
          .bind(id)
          .first<{ title: string }>()
      )?.title;
    const old = await create(owner, { title: "x" });
    const changed = await owner.put<WireEntityType>(`${types}/deals`, { display_attribute: "number" });
    expect(changed.status, changed.text).toBe(200);
    const young = await create(owner, { title: "y" });
    expect([await titles(old.id), await titles(young.id)]).toEqual(["LEAD-0001", "LEAD-0002"]);
    await owner.patch(`${deals}/${young.id}`, { title: "z" });
    expect(await titles(young.id)).toBe("LEAD-0002");
  });
});

describe("multiselect", () => {
  const OPTIONS = ["red", "green", "blue", "ёлка"];
  const COLOURS = field("colours", "multiselect", { options: OPTIONS });

  it("answers filters as a model in memory does", async () => {
    const runs = proof("multiselect filters agree with a model", { full: 1_000, reduced: 60 }, 20_261_124);
    const owner = await tableOf(COLOURS);
    const sets = fc.sample(fc.option(fc.subarray(OPTIONS), { nil: null, freq: 6 }), { numRuns: 40, seed: 5 });
    const records = sets.map((colours, i) => ({ title: `${i}`, colours }));
    await owner.post(`${deals}/bulk-create`, { records });
    const model = await found(owner, {});
    expect(model.map(({ colours }) => colours)).toEqual(
      sets.map((set) => (set === null || set.length === 0 ? null : set)),
    );
    const leaf = fc.record({
      field: fc.constant("colours"),
      op: fc.constantFrom("has_any", "has_all", "has_none", "blank", "not_blank"),
      value: fc.array(fc.constantFrom(...OPTIONS, "RED", "Елка"), { maxLength: 4 }),
    });
    const filters = fc.oneof(
      leaf,
      fc.record({ not: leaf }),
      fc.record({ or: fc.tuple(leaf, leaf) }),
      fc.record({ and: fc.tuple(leaf, fc.record({ not: leaf })) }),
    );
    await fc.assert(
      fc.asyncProperty(filters, async (asked) => {
        const expected = model.filter((record) => passes(asked, record.colours as string[] | null));
        const sent = JSON.parse(
          JSON.stringify(asked, (_key, value) => (isUnary(value) ? bare(value) : value)),
        );
        expect(shown(await found(owner, { filters: sent }), "title")).toEqual(shown(expected, "title"));
      }),
      { numRuns: runs, seed: 20_261_124 },
    );
  });

  it("refuses what is no list of options, and keeps each once", async () => {
    const owner = await tableOf(COLOURS);
    const record = await create(owner, { colours: ["BLUE", "red", "blue"] });
    expect(record.colours).toEqual(["red", "blue"]);
    expect(await refused(owner.post<Problem>(deals, { colours: ["pink"] }))).toEqual([
      "colours unknown_option",
    ]);
    expect(await refused(owner.post<Problem>(deals, { colours: "red" }))).toEqual(["colours wrong_type"]);
    const cleared = await owner.patch<WireRecord>(`${deals}/${record.id}`, { colours: [] });
    expect(cleared.body.colours).toBeNull();
    for (const more of [{ indexed: true }, { unique: true }]) {
      const [flag] = Object.keys(more);
      const asked = owner.post<Problem>(attributes, { ...COLOURS, name: "more", ...more });
      expect(await refused(asked)).toEqual([`${flag} not_possible_here`]);
    }
  });

  it("has a default, and shows an option's new name", async () => {
    const owner = await tableOf({ ...COLOURS, default: ["blue", "red"] });
    const { body } = await owner.get<WireEntityType>(`${types}/deals`);
    const colours = body.attributes.find(({ name }) => name === "colours");
    expect(colours?.default).toEqual(["red", "blue"]);
    const record = await create(owner);
    const option = colours?.options?.find(({ value }) => value === "red")?.id;
    const path = `/api/meta/select-lists/${colours?.select_list_id}/options/${option}`;
    const renamed = await owner.put(path, { value: "crimson" });
    expect(renamed.status, renamed.text).toBe(200);
    const { body: after } = await owner.get<WireRecord>(`${deals}/${record.id}`);
    expect([after.colours, after.version]).toEqual([["crimson", "blue"], 1]);
  });

  it("holds its options fast while records have them, and loses them in the trash", async () => {
    const owner = await tableOf(COLOURS);
    const { body } = await owner.get<WireEntityType>(`${types}/deals`);
    const list = body.attributes.find(({ name }) => name === "colours");
    const remove = (value: string) => {
      const option = list?.options?.find((candidate) => candidate.value === value)?.id;
      return owner.delete<Problem>(`/api/meta/select-lists/${list?.select_list_id}/options/${option}`);
    };
    const [kept, trashed, lone] = [
      await create(owner, { colours: ["red", "blue"] }),
      await create(owner, { colours: ["green", "blue"] }),
      await create(owner, { colours: ["green"] }),
    ];
    expect((await remove("blue")).status).toBe(409);
    for (const { id } of [trashed, lone]) await owner.delete(`${deals}/${id}`);
    expect((await remove("green")).status).toBe(204);
    for (const { id } of [trashed, lone]) await owner.post(`${deals}/${id}/restore`);
    const read = async ({ id }: WireRecord) => (await owner.get<WireRecord>(`${deals}/${id}`)).body.colours;
    expect([await read(kept), await read(trashed), await read(lone)]).toEqual([
      ["red", "blue"],
      ["blue"],
      null,
    ]);
  });
});

describe("money", () => {
  it("keeps the decimals of its currency, which is the company's unless given", async () => {
    const owner = await tableOf(
      field("price", "currency", { min: 0 }),
      field("yen", "currency", { currency: "jpy" }),
    );
    const { body } = await owner.get<WireEntityType>(`${types}/deals`);
    expect(body.attributes.map(({ currency, decimals }) => [currency, decimals])).toEqual([
      [undefined, undefined],
      ["RUB", 2],
      ["JPY", 0],
    ]);
    const record = await create(owner, { price: 1_234_567.89, yen: 500 });
    expect([record.price, record.yen]).toEqual([1_234_567.89, 500]);
    expect(await refused(owner.post<Problem>(deals, { price: 0.001, yen: 0.5 }))).toEqual([
      "price too_many_decimals",
      "yen too_many_decimals",
    ]);
    expect(await refused(owner.post<Problem>(deals, { price: -1 }))).toEqual(["price too_small"]);
    expect(await refused(owner.put<Problem>(`${attributes}/price`, { currency: "USD" }))).toEqual([
      "currency read_only",
    ]);
    const changed = await owner.put<WireAttribute>(`${attributes}/price`, {
      currency: "RUB",
      max: 10,
      min: null,
    });
    expect(changed.body).toMatchObject({ currency: "RUB", decimals: 2, max: 10 });
    expect(changed.body).not.toHaveProperty("min");
  });

  it("is filtered and sorted by the amount", async () => {
    const owner = await tableOf(field("price", "currency"));
    const prices = [0.1, 0.2, 0.3, 10, 9.99, -5, null, 9_999_999_999_999.99];
    await owner.post(`${deals}/bulk-create`, { records: prices.map((price) => ({ price })) });
    const inOrder = async (query: object) => shown(await found(owner, { sort: "price", ...query }), "price");
    expect(await inOrder({})).toEqual([null, -5, 0.1, 0.2, 0.3, 9.99, 10, 9_999_999_999_999.99]);
    expect(await inOrder({ filters: { field: "price", value: 0.3 } })).toEqual([0.3]);
    const between = { field: "price", op: "between", value: [0.2, 9.99] };
    expect(await inOrder({ filters: between })).toEqual([0.2, 0.3, 9.99]);
  });
});

describe("percent, rating and JSON", () => {
  it("are kept as they are, within their bounds", async () => {
    const owner = await tableOf(
      field("share", "percent", { min: 0, max: 100 }),
      field("stars", "rating", { default: 3 }),
      field("raw", "json", { default: { id: 7 } }),
    );
    const record = await create(owner, { share: 33.333333333333336 });
    expect([record.share, record.stars, record.raw]).toEqual([33.333333333333336, 3, { id: 7 }]);
    const { body } = await owner.get<WireEntityType>(`${types}/deals`);
    expect(body.attributes.map((attribute) => attribute.default)).toEqual([null, null, 3, { id: 7 }]);
    const raw = { list: [1, "ё", null, { deep: true }], empty: {} };
    expect((await owner.patch<WireRecord>(`${deals}/${record.id}`, { raw })).body.raw).toEqual(raw);
    const wrong = { share: 101, stars: 6, raw: [[[[[[[[[1]]]]]]]]] };
    expect(await refused(owner.post<Problem>(deals, wrong))).toEqual([
      "share too_big",
      "stars too_big",
      "raw too_deep",
    ]);
    await create(owner, { raw: null, share: 5, stars: 5 });
    expect(await found(owner, { filters: { field: "raw", op: "not_blank" } })).toHaveLength(1);
    expect(shown(await found(owner, { sort: "-stars" }), "stars")).toEqual([5, 3]);
  });
});

describe("defaults that depend on the moment", () => {
  it("are resolved when a record is created, for whoever creates it", async () => {
    const owner = await tableOf(
      field("due", "date", { default: "today" }),
      field("at", "datetime", { default: "now" }),
      field("manager", "user", { default: "$me" }),
    );
    const { body } = await owner.get<WireEntityType>(`${types}/deals`);
    expect(body.attributes.map((attribute) => attribute.default)).toEqual([null, "today", "now", "$me"]);
    const before = Date.now();
    const record = await create(owner);
    const moment = Date.parse(String(record.at));
    expect(moment).toBeGreaterThanOrEqual(before);
    expect(moment).toBeLessThanOrEqual(Date.now());
    // Moscow is three hours ahead all year.
    expect(record.due).toBe(new Date(moment + 3 * 3_600_000).toISOString().slice(0, 10));
    expect(record.manager).toEqual({ id: owner.memberId, full_name: "Founder" });
    const bulk = await owner.post<BulkResult>(`${deals}/bulk-create`, { records: [{ due: null }, {}] });
    expect(bulk.body.succeeded).toBe(2);
    const mine = await found(owner, { filters: { field: "manager", value: "$me" } });
    expect(shown(mine, "due")).toEqual([null, record.due, record.due]);
    const renamed = await owner.put<WireAttribute>(`${attributes}/due`, { name: "deadline" });
    expect(renamed.body.default).toBe("today");
    const wrong = owner.put<Problem>(`${attributes}/deadline`, { default: "yesterday" });
    expect(await refused(wrong)).toEqual(["default not_a_date"]);
  });
});

type Asked = { op: string; value: string[] } | { not: Asked } | { or: Asked[] } | { and: Asked[] };

function passes(asked: Asked, set: string[] | null): boolean {
  if ("not" in asked) return !passes(asked.not, set);
  if ("or" in asked) return asked.or.some((one) => passes(one, set));
  if ("and" in asked) return asked.and.every((one) => passes(one, set));
  const mine = (set ?? []).map(plain);
  const wanted = asked.value.map(plain);
  switch (asked.op) {
    case "has_any":
      return wanted.some((item) => mine.includes(item));
    case "has_all":
      return wanted.every((item) => mine.includes(item));
    case "has_none":
      return !wanted.some((item) => mine.includes(item));
    case "blank":
      return mine.length === 0;
    default:
      return mine.length > 0;
  }
}

const plain = (text: string) => text.toLowerCase().replaceAll("ё", "е");

function isUnary(value: unknown): value is { field: string; op: string } {
  return typeof value === "object" && value !== null && "op" in value && /blank/.test(String(value.op));
}

const bare = ({ field: name, op }: { field: string; op: string }) => ({ field: name, op });
