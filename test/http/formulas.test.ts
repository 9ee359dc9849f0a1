import { describe, expect, it } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import type { BulkResult } from "../../src/domain/records/settle-bulk.ts";
import type { WireRecord } from "../../src/domain/records/wire-record.ts";
import { rowsOutOfStep } from "../support/rows-in-step.ts";
import { type MemberClient, makeWorld, type TestTenant } from "../support/world.ts";

const world = makeWorld();
const types = "/api/meta/entity-types";
const attributes = `${types}/deals/attributes`;
const deals = "/api/data/deals";

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
}

interface Page {
  readonly data: readonly WireRecord[];
}

const field = (name: string, value_type: string, more: object = {}) => ({
  name,
  display_name: name,
  value_type,
  ...more,
});
const formula = (name: string, formula_text: string, more: object = {}) =>
  field(name, "formula", { formula_text, ...more });

const PLAIN = [
  field("title", "string", { unique: true }),
  field("price", "currency", { currency: "RUB" }),
  field("quantity", "integer"),
  field("due", "date"),
  field("stage", "select", { options: ["new", "won", "lost"] }),
];

async function tenantWith(...formulas: object[]): Promise<TestTenant> {
  const tenant = await world.tenant();
  const type = { name: "deals", display_name: "Deals", attributes: [...formulas, ...PLAIN] };
  const { status, text } = await tenant.owner.post(types, type);
  expect(status, text).toBe(201);
  return tenant;
}

async function tableOf(...formulas: object[]): Promise<MemberClient> {
  return (await tenantWith(...formulas)).owner;
}

async function attributeOf(owner: MemberClient, name: string): Promise<WireAttribute> {
  const { body } = await owner.get<WireEntityType>(`${types}/deals`);
  const found = body.attributes.find((attribute) => attribute.name === name);
  if (!found) throw new Error(`no attribute ${name}`);
  return found;
}

async function create(owner: MemberClient, values: object): Promise<WireRecord> {
  const { status, body, text } = await owner.post<WireRecord>(deals, values);
  expect(status, text).toBe(201);
  return body;
}

async function found(owner: MemberClient, query: object): Promise<WireRecord[]> {
  const { status, body, text } = await owner.post<Page>(`${deals}/query`, { limit: 200, ...query });
  expect(status, text).toBe(200);
  return [...body.data];
}

async function refused(answer: Promise<{ body: Problem; status: number }>, status = 400): Promise<string[]> {
  const { body, ...rest } = await answer;
  expect(rest.status).toBe(status);
  return body.errors ? body.errors.map(({ path, code }) => `${path} ${code}`) : [body.code];
}

const column = (records: readonly WireRecord[], name: string) => records.map((record) => record[name]);

const TOTAL = formula("total", "{price} * {quantity}", { indexed: true });

/** Titles by the formula's index and without it: both must say the same. */
async function titlesWhere(owner: MemberClient, leaf: object): Promise<unknown[]> {
  const fast = await found(owner, { filters: leaf, sort: "title" });
  const slow = await found(owner, { filters: { not: { not: leaf } }, sort: "title" });
  expect(column(slow, "title")).toEqual(column(fast, "title"));
  return column(fast, "title");
}

describe("defining", () => {
  it("takes formulas over attributes and formulas of the same request, whatever stands first", async () => {
    const owner = await tableOf(
      formula("with_vat", "{total} * 1.2"),
      TOTAL,
      formula("label", "{title} & ': ' & {stage}"),
    );
    expect(await attributeOf(owner, "total")).toMatchObject({
      value_type: "formula",
      formula_text: "{price} * {quantity}",
      result_type: "currency",
      currency: "RUB",
      decimals: 2,
      computed_on_read: false,
      indexed: true,
      unique: false,
      required: false,
      default: null,
      access: "read",
    });
    expect(await attributeOf(owner, "label")).toMatchObject({ result_type: "string", indexed: false });
    const record = await create(owner, { title: "Desk", price: 10.55, quantity: 3, stage: "won" });
    expect(record).toMatchObject({ total: 31.65, with_vat: 37.98, label: "Desk: won" });
    expect((await owner.get<WireRecord>(`${deals}/${record.id}`)).body).toEqual(record);
  });

  it("says what is wrong, and where", async () => {
    const owner = await tableOf(TOTAL);
    const wrong = async (text: string, language: string) => {
      const headers = { "accept-language": language };
      const { status, body } = await owner.post<Problem>(attributes, formula("wrong", text), { headers });
      expect(status).toBe(400);
      return body.errors?.map(({ path, code, detail }) => [path, code, detail].join(" | "));
    };
    expect(await wrong("{price} * ", "en")).toEqual([
      "formula_text | formula_syntax | formula_text: character 10: there must be a value: a number, a text in quotes, an attribute in braces or a function",
    ]);
    expect(await wrong("{prise} * 2", "en")).toEqual([
      "formula_text | formula_unknown_field | formula_text: character 1: there is no attribute 'prise'; formulas can use total, title, price, quantity, due, stage",
    ]);
    expect(await wrong("1 + {title}", "ru")).toEqual([
      "formula_text | formula_type | formula_text: знак 5: здесь должно быть: число, а не текст",
    ]);
    expect(await wrong("{wrong} + 1", "en")).toEqual([
      "formula_text | formula_cycle | formula_text: character 1: a formula cannot need its own result: wrong → wrong",
    ]);
  });

  it("refuses cycles, in one request and through a change", async () => {
    const { owner } = await world.tenant();
    const both = [formula("a", "{b} + 1"), formula("b", "{a} + 1")];
    const answer = owner.post<Problem>(types, { name: "deals", display_name: "Deals", attributes: both });
    expect(await refused(answer)).toEqual([
      "attributes[0].formula_text formula_cycle",
      "attributes[1].formula_text formula_cycle",
    ]);
    const other = await tableOf(formula("a", "{quantity} + 1"), formula("b", "{a} + 1"));
    const change = other.put<Problem>(`${attributes}/a`, { formula_text: "{b} * 2" });
    expect(await refused(change)).toEqual(["formula_text formula_cycle"]);
  });

  it("has no options that a value of nobody's making cannot have", async () => {
    const owner = await tableOf();
    const wrong = (more: object) => refused(owner.post<Problem>(attributes, formula("f", "1", more)));
    expect(await wrong({ required: true })).toEqual(["required not_possible_here"]);
    expect(await wrong({ unique: true })).toEqual(["unique not_possible_here"]);
    expect(await wrong({ default: "x" })).toEqual(["default not_possible_here"]);
    expect(await wrong({ result_type: "string" })).toEqual(["result_type read_only"]);
    expect(await wrong({ formula_text: null })).toEqual(["formula_text required"]);
    expect(await wrong({ formula_text: "1+".repeat(1_000) + 1 })).toEqual(["formula_text too_long"]);
    expect(await wrong({ formula_text: "(".repeat(1_999) })).toEqual(["formula_text too_deep"]);
    expect(await wrong({ formula_text: `${"1+".repeat(150)}1` })).toEqual(["formula_text too_many_items"]);
  });

  it("calculates it for the records that are there, and in the trash", async () => {
    const owner = await tableOf();
    await create(owner, { title: "Desk", price: 10, quantity: 3 });
    await create(owner, { title: "Lamp", price: 5 });
    const gone = await create(owner, { title: "Sofa", price: 1, quantity: 1 });
    await owner.delete(`${deals}/${gone.id}`);
    expect((await owner.post(attributes, TOTAL)).status).toBe(201);
    expect(column(await found(owner, { sort: "title" }), "total")).toEqual([30, null]);
    expect(await titlesWhere(owner, { field: "total", op: "gte", value: 30 })).toEqual(["Desk"]);
    expect(await titlesWhere(owner, { field: "total", op: "blank" })).toEqual(["Lamp"]);
    expect((await owner.post<WireRecord>(`${deals}/${gone.id}/restore`)).body).toMatchObject({ total: 1 });
    expect(await titlesWhere(owner, { field: "total", op: "eq", value: 1 })).toEqual(["Sofa"]);
  });

  it("decides anew when a record or an attribute comes in between", async () => {
    const owner = await tableOf();
    await create(owner, { title: "Desk", price: 10, quantity: 3 });
    owner.beforeCommit(() => owner.post(deals, { title: "Lamp", price: 5, quantity: 2 }));
    expect((await owner.post(attributes, TOTAL)).status).toBe(201);
    owner.beforeCommit(() => owner.post(`${types}/leads/attributes`, field("extra", "string")));
    expect((await owner.post(attributes, formula("half", "{total} / 2"))).status).toBe(201);
    const records = await found(owner, { sort: "title" });
    expect(column(records, "total")).toEqual([30, 10]);
    expect(column(records, "half")).toEqual([15, 5]);
  });
});

describe("writing", () => {
  it("keeps results in step on create, update, bulk and upsert, and lists go by them", async () => {
    const tenant = await tenantWith(TOTAL, formula("size", "IF({total} > 50, 'Big', 'small')"));
    const { owner } = tenant;
    const desk = await create(owner, { title: "Desk", price: 10, quantity: 3 });
    const bulk = await owner.post<BulkResult>(`${deals}/bulk-create`, {
      records: [
        { title: "Lamp", price: 0.1, quantity: 3 },
        { title: "Sofa", price: 100, quantity: 1 },
        { title: "Idea" },
      ],
    });
    expect(bulk.body).toMatchObject({ succeeded: 4 - 1, failed: 0 });
    expect(column(await found(owner, { sort: "-total" }), "total")).toEqual([100, 30, 0.3, null]);
    expect(await titlesWhere(owner, { field: "total", op: "between", value: [0.3, 30] })).toEqual([
      "Desk",
      "Lamp",
    ]);
    expect(await titlesWhere(owner, { field: "total", op: "eq", value: 0.3 })).toEqual(["Lamp"]);
    expect(await titlesWhere(owner, { field: "size", op: "eq", value: "BIG" })).toEqual(["Sofa"]);
    expect(column(await found(owner, { q: "big" }), "title")).toEqual(["Sofa"]);

    const changed = await owner.patch<WireRecord>(`${deals}/${desk.id}`, { quantity: 7 });
    expect(changed.body).toMatchObject({ total: 70, size: "Big" });
    await owner.post(`${deals}/bulk-update`, { records: [{ id: desk.id, price: 0.5 }] });
    await owner.post(`${deals}/upsert`, { key: "title", records: [{ title: "Sofa", quantity: 2 }] });
    expect(column(await found(owner, { sort: "-total" }), "total")).toEqual([200, 3.5, 0.3, null]);
    expect(await titlesWhere(owner, { field: "total", op: "eq", value: 70 })).toEqual([]);

    const groups = await owner.get(`${deals}/group-by/size`);
    expect(groups.body).toEqual([
      { group_key: "small", count: 3 },
      { group_key: "Big", count: 1 },
    ]);
    const figures = await owner.post(`${deals}/aggregate`, {
      group_by: [],
      metrics: [
        { function: "sum", attribute: "total" },
        { function: "avg", attribute: "total" },
        { function: "max", attribute: "total" },
      ],
    });
    expect(figures.body).toMatchObject({ data: [{ values: [203.8, 67.93, 200] }] });
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("takes back what was read, and nothing else", async () => {
    const owner = await tableOf(TOTAL, formula("left", "DATEDIFF(TODAY(), {due}, 'days')"));
    const { id, ...read } = await create(owner, { title: "Desk", price: 10, quantity: 3, due: "2030-01-01" });
    const { created_at: _c, updated_at: _u, created_by: _b, version: _v, position: _p, ...values } = read;
    const answer = await owner.put<WireRecord>(`${deals}/${id}`, { ...values, quantity: 4 });
    expect(answer.body).toMatchObject({ total: 40 });
    expect(await refused(owner.patch<Problem>(`${deals}/${id}`, { total: 1 }))).toEqual(["total read_only"]);
    expect(await refused(owner.post<Problem>(deals, { title: "Lamp", total: 1 }))).toEqual([
      "total read_only",
    ]);
  });

  it("costs a create no more trips or rows than its index row", async () => {
    const owner = await tableOf(TOTAL);
    await create(owner, { title: "Desk" });
    const { cost } = await owner.post(deals, { title: "Lamp", price: 1, quantity: 2 });
    expect(cost.trips).toBeLessThanOrEqual(2);
    const { body } = await owner.get<WireEntityType>(`${types}/deals`);
    const indexed = body.attributes.filter((attribute) => attribute.indexed).length;
    expect(cost.rowsWritten).toBeLessThanOrEqual(8 + indexed + 1);
  });
});

describe("changing", () => {
  it("calculates all records anew, and those formulas that use it", async () => {
    const owner = await tableOf(TOTAL, formula("with_vat", "{total} * 1.2", { indexed: true }));
    await create(owner, { title: "Desk", price: 10, quantity: 3 });
    await create(owner, { title: "Lamp", price: 5, quantity: 2 });
    const answer = await owner.put<WireAttribute>(`${attributes}/total`, {
      formula_text: "{price} * {quantity} + 1",
    });
    expect(answer.body).toMatchObject({ formula_text: "{price} * {quantity} + 1" });
    const records = await found(owner, { sort: "-with_vat" });
    expect(column(records, "total")).toEqual([31, 11]);
    expect(column(records, "with_vat")).toEqual([37.2, 13.2]);
    expect(column(records, "version")).toEqual([2, 2]);
    expect(await titlesWhere(owner, { field: "with_vat", op: "eq", value: 13.2 })).toEqual(["Lamp"]);
  });

  it("may change what results are, of those that use it, too", async () => {
    const owner = await tableOf(TOTAL, formula("copy", "{total}", { indexed: true }));
    await create(owner, { title: "Desk", price: 10, quantity: 3 });
    const before = await attributeOf(owner, "total");
    const { body, status } = await owner.put<WireAttribute>(`${attributes}/total`, {
      formula_text: "{title} & {quantity}",
      result_type: before.result_type,
      currency: before.currency,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ result_type: "string" });
    expect(body).not.toHaveProperty("currency");
    expect(await attributeOf(owner, "copy")).toMatchObject({ result_type: "string" });
    expect(await titlesWhere(owner, { field: "copy", op: "eq", value: "desk3" })).toEqual(["Desk"]);
    expect(column(await found(owner, { q: "desk3" }), "total")).toEqual(["Desk3"]);
  });

  it("is refused where it would break another formula", async () => {
    const owner = await tableOf(TOTAL, formula("with_vat", "{total} * 1.2", { indexed: true }));
    expect(await refused(owner.put<Problem>(`${attributes}/total`, { formula_text: "{title}" }))).toEqual([
      "formula_text breaks_formula",
    ]);
    const daily = owner.put<Problem>(`${attributes}/total`, {
      formula_text: "DATEDIFF({due}, TODAY(), 'days')",
      indexed: false,
    });
    expect(await refused(daily)).toEqual(["formula_text computed_on_read"]);
  });

  it("goes on when attributes are renamed, and shows their new names", async () => {
    const owner = await tableOf(TOTAL);
    await owner.put(`${attributes}/price`, { name: "amount" });
    expect(await attributeOf(owner, "total")).toMatchObject({ formula_text: "{amount} * {quantity}" });
    const record = await create(owner, { title: "Desk", amount: 10, quantity: 3 });
    expect(record.total).toBe(30);
    const kept = await owner.put<WireAttribute>(`${attributes}/total`, { display_name: "Sum" });
    expect(kept.body).toMatchObject({ display_name: "Sum", formula_text: "{amount} * {quantity}" });
    expect((await owner.get<WireRecord>(`${deals}/${record.id}`)).body.version).toBe(1);
  });

  it("keeps what a formula uses from being deleted", async () => {
    const owner = await tableOf(TOTAL, formula("with_vat", "{total} * 1.2"));
    const answer = await owner.delete<Problem>(`${attributes}/price`);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "in_use", detail: expect.stringContaining("total") },
    });
    expect((await owner.delete(`${attributes}/total`)).status).toBe(409);
    for (const name of ["with_vat", "total", "price"]) {
      expect((await owner.delete(`${attributes}/${name}`)).status).toBe(204);
    }
  });

  it("follows an option's new text", async () => {
    const owner = await tableOf(formula("label", "UPPER({stage})", { indexed: true }));
    const record = await create(owner, { title: "Desk", stage: "won" });
    expect(record.label).toBe("WON");
    const stage = await attributeOf(owner, "stage");
    const option = stage.options?.find(({ value }) => value === "won");
    const path = `/api/meta/select-lists/${stage.select_list_id}/options/${option?.id}`;
    expect((await owner.put(path, { value: "sold" })).status).toBe(200);
    expect(await titlesWhere(owner, { field: "label", op: "eq", value: "sold" })).toEqual(["Desk"]);
    expect(await titlesWhere(owner, { field: "label", op: "eq", value: "won" })).toEqual([]);
  });

  it("switches the index on and off", async () => {
    const owner = await tableOf(formula("total", "{price} * {quantity}"));
    await create(owner, { title: "Desk", price: 10, quantity: 3 });
    for (const indexed of [true, false, true]) {
      expect((await owner.put(`${attributes}/total`, { indexed })).status).toBe(200);
      await owner.post(`${deals}/bulk-create`, { records: [{ price: 1, quantity: 1 }] });
      expect(await titlesWhere(owner, { field: "total", op: "eq", value: 30 })).toEqual(["Desk"]);
    }
    expect(await titlesWhere(owner, { field: "total", op: "eq", value: 1 })).toEqual([null, null, null]);
  });
});

describe("TODAY", () => {
  const DAILY = formula("age", "DATEDIFF({due}, TODAY(), 'days')");

  it("is computed when it is read, also through another formula, and stored nowhere", async () => {
    const owner = await tableOf(DAILY, formula("is_late", "{age} > 0"));
    expect(await attributeOf(owner, "is_late")).toMatchObject({
      result_type: "boolean",
      computed_on_read: true,
    });
    const record = await create(owner, { title: "Desk", due: "2020-01-01" });
    expect(record.is_late).toBe(true);
    expect(record.age).toBeGreaterThan(365);
    const { body } = await owner.get<WireRecord>(`${deals}/${record.id}`);
    expect(body).toEqual(record);
    const [listed] = await found(owner, { fields: ["is_late"] });
    expect(listed).toMatchObject({ is_late: true });
    expect(listed).not.toHaveProperty("age");
  });

  it("says that lists cannot go by it", async () => {
    const owner = await tableOf(DAILY, formula("note", "'until ' & TODAY()"));
    const query = (body: object) => refused(owner.post<Problem>(`${deals}/query`, body));
    expect(await query({ filters: { field: "age", op: "gt", value: 1 } })).toEqual([
      "filters.field computed_on_read",
    ]);
    expect(await query({ sort: "-age" })).toEqual(["sort[0] computed_on_read"]);
    expect(await query({ q: "until", search_fields: ["note"] })).toEqual([
      "search_fields[0] computed_on_read",
    ]);
    expect(await refused(owner.get<Problem>(`${deals}/group-by/age`))).toEqual([
      "attribute computed_on_read",
    ]);
    const figures = { group_by: [{ attribute: "age" }], metrics: [{ function: "sum", attribute: "age" }] };
    expect(await refused(owner.post<Problem>(`${deals}/aggregate`, figures))).toEqual([
      "group_by[0] computed_on_read",
      "metrics[0].attribute computed_on_read",
    ]);
    expect(await refused(owner.put<Problem>(`${attributes}/age`, { indexed: true }))).toEqual([
      "indexed computed_on_read",
    ]);
    const { status, body } = await owner.post<Problem>(
      `${deals}/query`,
      { sort: "age" },
      {
        headers: { "accept-language": "ru" },
      },
    );
    expect(status).toBe(400);
    expect(body.detail).toContain("вычисляется при чтении");
  });

  it("can be taken into a formula and out of it", async () => {
    const owner = await tableOf(formula("age", "DATEDIFF({due}, {due}, 'days') + 5", { indexed: true }));
    await create(owner, { title: "Desk", due: "2020-01-01" });
    const daily = { formula_text: "DATEDIFF({due}, TODAY(), 'days')", indexed: false };
    expect((await owner.put<WireAttribute>(`${attributes}/age`, daily)).body).toMatchObject({
      computed_on_read: true,
    });
    expect((await found(owner, {}))[0]?.age).toBeGreaterThan(365);
    await owner.put(`${attributes}/age`, { formula_text: "7", indexed: true });
    expect(await titlesWhere(owner, { field: "age", op: "eq", value: 7 })).toEqual(["Desk"]);
  });
});
