import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import { damages } from "../support/tenants-to-check.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

const world = makeWorld();
const path = "/api/meta/entity-types/deals/attributes";
const BLANK = -1.7976931348623157e308;

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
}

const attribute = (name: string, more: object = {}) => ({
  name,
  display_name: name,
  value_type: "string",
  ...more,
});

async function tenantWithDeals(): Promise<MemberClient> {
  const { owner } = await world.tenant();
  const deals = { name: "deals", display_name: "Deals", attributes: [attribute("title")] };
  const { status, text } = await owner.post("/api/meta/entity-types", deals);
  expect(status, text).toBe(201);
  return owner;
}

async function add(owner: MemberClient, name: string, more: object = {}): Promise<WireAttribute> {
  const { status, body, text } = await owner.post<WireAttribute>(path, attribute(name, more));
  expect(status, text).toBe(201);
  return body;
}

async function addRecord(owner: MemberClient, values: object): Promise<string> {
  const { status, body, text } = await owner.post<{ id: string }>("/api/data/deals", values);
  expect(status, text).toBe(201);
  return body.id;
}

async function names(client: MemberClient): Promise<string[]> {
  const { body } = await client.get<WireEntityType>("/api/meta/entity-types/deals");
  return body.attributes.map(({ name }) => name);
}

/** What an attribute's rows in `record_index` or `record_unique` say, by the titles of the records. */
async function keys(table: "record_index" | "record_unique", { id }: WireAttribute) {
  const { results } = await env.TENANTS_01.prepare(
    `SELECT r.data ->> ('$.a' || title.number) AS title, k.key
     FROM attributes a
     JOIN attributes title ON title.tenant_id = a.tenant_id AND title.entity_type_id = a.entity_type_id
       AND title.name = 'title'
     JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
     JOIN ${table} k ON k.tenant_id = a.tenant_id AND k.attribute = a.number
     JOIN records r ON r.tenant_id = a.tenant_id AND r.type = t.number AND r.number = k.record
     WHERE a.id = ? ORDER BY r.number`,
  )
    .bind(id)
    .all<{ title: string; key: string | number }>();
  return results.map(({ title, key }) => [title, key]);
}

async function numberOf({ id }: WireAttribute): Promise<number> {
  const row = await env.TENANTS_01.prepare("SELECT number FROM attributes WHERE id = ?")
    .bind(id)
    .first<{ number: number }>();
  return row?.number ?? 0;
}

describe("adding", () => {
  it("answers with what was added, its own settings included", async () => {
    const owner = await tenantWithDeals();
    const answer = await owner.post<WireAttribute>(
      path,
      attribute("inn", { format: "inn", required: true, help_text: " From the tax office " }),
    );
    expect(answer.status).toBe(201);
    expect(answer.cost.trips).toBe(2);
    expect(answer.headers.get("location")).toBe(
      `/api/meta/entity-types/${answer.body.entity_type_id}/attributes/${answer.body.id}`,
    );
    expect(answer.body).toMatchObject({
      format: "inn",
      max_length: 1000,
      required: true,
      unique: false,
      indexed: true,
      help_text: "From the tax office",
      position: 2,
      access: "write",
    });
    expect(answer.body).not.toHaveProperty("options");
    const type = await owner.get<WireEntityType>("/api/meta/entity-types/deals");
    expect(type.body.attributes[1]).toEqual(answer.body);
    const again = await owner.post<Problem>(path, attribute("inn"));
    expect([again.status, again.body.code]).toEqual([409, "name_taken"]);
  });

  it("gives records that are there a blank in the index, and its default to later ones only", async () => {
    const owner = await tenantWithDeals();
    await addRecord(owner, { title: "old" });
    const trashed = await addRecord(owner, { title: "trashed" });
    await owner.delete(`/api/data/deals/${trashed}`);
    const city = await add(owner, "city", { default: "Omsk" });
    await addRecord(owner, { title: "new" });
    expect(await keys("record_index", city)).toEqual([
      ["old", BLANK],
      ["new", "omsk"],
    ]);
    await owner.post(`/api/data/deals/${trashed}/restore`, undefined);
    expect(await keys("record_index", city)).toEqual([
      ["old", BLANK],
      ["trashed", BLANK],
      ["new", "omsk"],
    ]);
  });

  it("gives a record that comes at the same moment its blank, too", async () => {
    const owner = await tenantWithDeals();
    owner.beforeCommit(() => addRecord(owner, { title: "between" }));
    const city = await add(owner, "city");
    expect(await keys("record_index", city)).toEqual([["between", BLANK]]);
  });

  it("hands out different numbers to callers at the same moment", async () => {
    const owner = await tenantWithDeals();
    const { owner: other } = await world.tenant();
    const added = await Promise.all([
      ...["a", "b", "c", "d"].map((name) => add(owner, name)),
      ...["a", "b"].map(async (name) => {
        const { body } = await other.post<WireAttribute>(
          "/api/meta/entity-types/leads/attributes",
          attribute(name),
        );
        return body;
      }),
    ]);
    const numbers = await Promise.all(added.map(numberOf));
    expect(new Set(numbers.slice(0, 4)).size).toBe(4);
    expect(new Set(numbers.slice(4)).size).toBe(2);
    expect(new Set(added.slice(0, 4).map(({ position }) => position)).size).toBe(4);
    expect((await names(owner)).sort()).toEqual(["a", "b", "c", "d", "title"]);
  });

  it("decides anew when the name is taken meanwhile", async () => {
    const owner = await tenantWithDeals();
    owner.beforeCommit(() => add(owner, "city"));
    const late = await owner.post<Problem>(path, attribute("city"));
    expect([late.status, late.body.code]).toEqual([409, "name_taken"]);
    expect(await names(owner)).toEqual(["title", "city"]);
  });

  it("titles records by the first string of a type that has none", async () => {
    const { owner } = await world.tenant();
    await owner.post("/api/meta/entity-types", { name: "deals", display_name: "Deals" });
    const title = async () =>
      (await owner.get<WireEntityType>("/api/meta/entity-types/deals")).body.display_attribute;
    await add(owner, "amount", { value_type: "integer" });
    expect(await title()).toBeNull();
    await add(owner, "subject");
    expect(await title()).toBe("subject");
    await owner.put("/api/meta/entity-types/deals", { display_attribute: null });
    await add(owner, "second");
    expect(await title()).toBeNull();
  });

  it("indexes by itself only while there is room", async () => {
    const owner = await tenantWithDeals();
    for (let i = 0; i < 19; i++) await add(owner, `c${i}`, { indexed: true });
    expect(await add(owner, "unasked")).toMatchObject({ indexed: false });
    const asked = await owner.post<Problem>(path, attribute("asked", { indexed: true }));
    expect([asked.status, asked.body.code]).toEqual([409, "too_many"]);
    const switched = await owner.put<Problem>(`${path}/unasked`, { indexed: true });
    expect([switched.status, switched.body.code]).toEqual([409, "too_many"]);
    await owner.put(`${path}/c3`, { indexed: false });
    expect((await owner.put(`${path}/unasked`, { indexed: true })).status).toBe(200);
  });
});

describe("changing", () => {
  it("changes only what is named", async () => {
    const owner = await tenantWithDeals();
    const before = await add(owner, "score", { value_type: "integer", min: 1, max: 5, default: 3 });
    const changed = await owner.put<WireAttribute>(`${path}/${before.id}`, {
      name: "grade",
      display_name: "Оценка",
      value_type: "integer",
      max: 10,
      default: 7,
      help_text: "1 to 10",
      required: true,
    });
    const after = {
      ...before,
      name: "grade",
      display_name: "Оценка",
      max: 10,
      default: 7,
      help_text: "1 to 10",
      required: true,
    };
    expect(changed.body).toEqual(after);
    const unset = await owner.put<WireAttribute>(`${path}/grade`, {
      min: null,
      default: null,
      help_text: null,
    });
    expect(unset.body).not.toHaveProperty("min");
    expect(unset.body).toEqual({ ...after, min: undefined, default: null, help_text: null });
    const type = await owner.get<WireEntityType>("/api/meta/entity-types/deals");
    expect(type.body.attributes[1]).toEqual(unset.body);
  });

  it("lets values that are there stay, and holds later writes to the new rules", async () => {
    const owner = await tenantWithDeals();
    const id = await addRecord(owner, { title: "a long title" });
    expect((await owner.put(`${path}/title`, { max_length: 5, required: true })).status).toBe(200);
    expect((await owner.get(`/api/data/deals/${id}`)).body).toMatchObject({ title: "a long title" });
    expect((await owner.post("/api/data/deals", { title: "a long title" })).status).toBe(400);
    expect((await owner.post("/api/data/deals", {})).status).toBe(400);
  });

  it.each([
    [{ value_type: "text" }, ["value_type needs_conversion"]],
    [{ name: "version" }, ["name reserved_name"]],
    [{ options: ["a"] }, ["options unknown_field"]],
    [{ min: 1 }, ["min unknown_field"]],
    [{ min_length: 10, max_length: 5 }, ["min_length too_big"]],
    [{ format: "passport" }, ["format invalid_choice"]],
    [{ default: "x", min_length: 2 }, ["default too_short"]],
    [{ default: "x", unique: true }, ["default default_of_unique"]],
    [{ position: 1 }, ["position unknown_field"]],
  ])("refuses %o", async (change, issues) => {
    const owner = await tenantWithDeals();
    const answer = await owner.put<Problem>(`${path}/title`, change);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.body.errors?.map((issue) => `${issue.path} ${issue.code}`)).toEqual(issues);
  });

  it("holds the default to new rules, too", async () => {
    const owner = await tenantWithDeals();
    await add(owner, "score", { value_type: "integer", default: 7 });
    const answer = await owner.put<Problem>(`${path}/score`, { max: 5 });
    expect(answer.body.errors).toMatchObject([{ path: "default", code: "too_big" }]);
    const manager = await add(owner, "manager", { value_type: "user", default: owner.memberId });
    const renamed = await owner.put<WireAttribute>(`${path}/manager`, { display_name: "Manager" });
    expect(renamed.body).toEqual({ ...manager, display_name: "Manager" });
  });

  it("does not change the list of a select", async () => {
    const owner = await tenantWithDeals();
    const stage = await add(owner, "stage", { value_type: "select", options: ["New"] });
    const same = await owner.put<WireAttribute>(`${path}/stage`, { select_list_id: stage.select_list_id });
    expect(same.body).toEqual(stage);
    const list = await owner.post<{ id: string }>("/api/meta/select-lists", { name: "Stages" });
    const answer = await owner.put<Problem>(`${path}/stage`, {
      select_list_id: list.body.id,
      options: ["Old"],
    });
    expect(answer.body.errors?.map((issue) => `${issue.path} ${issue.code}`).sort()).toEqual([
      "options read_only",
      "select_list_id read_only",
    ]);
  });

  it("answers 404 and 409 where it should", async () => {
    const owner = await tenantWithDeals();
    await add(owner, "city");
    expect((await owner.put(`${path}/nothing`, { required: true })).status).toBe(404);
    const taken = await owner.put<Problem>(`${path}/city`, { name: "title" });
    expect([taken.status, taken.body.code]).toEqual([409, "name_taken"]);
  });
});

describe("indexing what is there", () => {
  it("makes the rows with keys as the kinds make them, and drops them again", async () => {
    const owner = await tenantWithDeals();
    const city = await add(owner, "city", { indexed: false });
    const price = await add(owner, "price", { value_type: "float", indexed: false });
    const won = await add(owner, "won", { value_type: "boolean", indexed: false });
    await addRecord(owner, { title: "1", city: "Ёлкино", price: 0.1, won: false });
    await addRecord(owner, { title: "2", city: "Омск", price: 9007199254740992, won: true });
    await addRecord(owner, { title: "3" });
    const trashed = await addRecord(owner, { title: "4", city: "Тула" });
    await owner.delete(`/api/data/deals/${trashed}`);
    expect(await keys("record_index", city)).toEqual([]);

    const answer = await owner.put<WireAttribute>(`${path}/city`, { indexed: true });
    expect(answer.body).toEqual({ ...city, indexed: true });
    expect(answer.cost.trips).toBe(3);
    await owner.put(`${path}/price`, { indexed: true });
    await owner.put(`${path}/won`, { indexed: true });
    expect(await keys("record_index", city)).toEqual([
      ["1", "елкино"],
      ["2", "омск"],
      ["3", BLANK],
    ]);
    expect(await keys("record_index", price)).toEqual([
      ["1", 0.1],
      ["2", 9007199254740992],
      ["3", BLANK],
    ]);
    expect(await keys("record_index", won)).toEqual([
      ["1", 0],
      ["2", 1],
      ["3", BLANK],
    ]);
    await owner.put(`${path}/city`, { indexed: false });
    expect(await keys("record_index", city)).toEqual([]);
    expect(await keys("record_index", price)).toHaveLength(3);
  });

  it("keeps up with records that come, change and go before the commit", async () => {
    const owner = await tenantWithDeals();
    const city = await add(owner, "city", { indexed: false });
    const changing = await addRecord(owner, { title: "1", city: "Omsk" });
    const going = await addRecord(owner, { title: "2", city: "Tula" });
    await addRecord(owner, { title: "3", city: "Perm" });

    owner.beforeCommit(() => owner.patch(`/api/data/deals/${changing}`, { city: "Tomsk" }));
    expect((await owner.put(`${path}/city`, { indexed: true })).status).toBe(200);
    expect(await keys("record_index", city)).toEqual([
      ["1", "tomsk"],
      ["2", "tula"],
      ["3", "perm"],
    ]);
    await owner.put(`${path}/city`, { indexed: false });
    owner.beforeCommit(async () => {
      await owner.delete(`/api/data/deals/${going}`);
      await addRecord(owner, { title: "4", city: "Ufa" });
    });
    expect((await owner.put(`${path}/city`, { indexed: true })).status).toBe(200);
    expect(await keys("record_index", city)).toEqual([
      ["1", "tomsk"],
      ["3", "perm"],
      ["4", "ufa"],
    ]);
  });

  it("goes through 10,000 records in pages within the request, and leaves more to a job", async () => {
    const owner = await tenantWithDeals();
    const note = await add(owner, "note", { indexed: false });
    const number = await numberOf(note);
    damages(owner.tenantId);
    const fill = (from: number, count: number) =>
      env.TENANTS_01.batch([
        env.TENANTS_01.prepare(
          `INSERT INTO records (tenant_id, type, number, id, version, position, data, folded, created_at, updated_at)
           SELECT t.tenant_id, t.number, n.value, 'made ' || n.value || t.id, 1, n.value,
             json_object('a' || cast(?3 AS INTEGER), printf('%0150d %s', n.value, ?5)), '{}', t.created_at, t.created_at
           FROM entity_types t,
             (WITH RECURSIVE n(value) AS (SELECT ?4 UNION ALL SELECT value + 1 FROM n LIMIT ?2) SELECT value FROM n) n
           WHERE t.tenant_id = ?1 AND t.name = 'deals'`,
        ).bind(owner.tenantId, count, number, from, "ж".repeat(100)),
        env.TENANTS_01.prepare(
          `UPDATE entity_types SET record_count = record_count + ?2, last_record_number = last_record_number + ?2
           WHERE tenant_id = ?1 AND name = 'deals'`,
        ).bind(owner.tenantId, count),
      ]);
    await fill(1, 10_000);
    const answer = await owner.put(`${path}/note`, { indexed: true, unique: true });
    expect(answer.status, answer.text).toBe(200);
    for (const table of ["record_index", "record_unique"]) {
      const row = await env.TENANTS_01.prepare(
        `SELECT count(*) AS n, min(key) AS low, max(record) AS last FROM ${table} WHERE tenant_id = ? AND attribute = ?`,
      )
        .bind(owner.tenantId, number)
        .first<{ n: number; low: string; last: number }>();
      expect(row).toMatchObject({ n: 10_000, last: 10_000 });
      // An index key is cut at 200 code points, a unique one is not.
      expect([...(row?.low ?? "")]).toHaveLength(table === "record_index" ? 200 : 251);
    }
    await owner.put(`${path}/note`, { indexed: false, unique: false });
    await fill(10_001, 1);
    const begun = await owner.put<WireAttribute>(`${path}/note`, { indexed: true });
    expect([begun.status, begun.body]).toMatchObject([200, { indexed: false, job_id: expect.any(String) }]);
  });
});

describe("making unique what is there", () => {
  it("makes the rows and holds later writes to them", async () => {
    const owner = await tenantWithDeals();
    const code = await add(owner, "code");
    await addRecord(owner, { title: "1", code: "A" });
    await addRecord(owner, { title: "2" });
    await addRecord(owner, { title: "3" });
    const trashed = await addRecord(owner, { title: "4", code: "a" });
    await owner.delete(`/api/data/deals/${trashed}`);

    expect((await owner.put(`${path}/code`, { unique: true })).status).toBe(200);
    expect(await keys("record_unique", code)).toEqual([["1", "a"]]);
    expect((await owner.post("/api/data/deals", { code: "a" })).status).toBe(409);
    expect((await owner.post(`/api/data/deals/${trashed}/restore`, undefined)).status).toBe(409);

    await owner.put(`${path}/code`, { unique: false });
    expect(await keys("record_unique", code)).toEqual([]);
    expect((await owner.post("/api/data/deals", { code: "a" })).status).toBe(201);
  });

  it("refuses with the values that stand in the way, ten at most", async () => {
    const owner = await tenantWithDeals();
    const code = await add(owner, "code");
    await addRecord(owner, { title: "1", code: "Same" });
    await addRecord(owner, { title: "2", code: "same" });
    const few = await owner.put<Problem>(`${path}/code`, { unique: true });
    expect([few.status, few.body.code]).toEqual([409, "not_unique"]);
    expect(few.body.errors).toEqual([
      {
        path: "unique",
        code: "value_occurs_twice",
        detail: "unique: 'same' is the value of several records; make them differ first",
      },
    ]);
    for (let i = 0; i < 22; i++) await addRecord(owner, { title: "x", code: `twice ${i % 11}` });
    const many = await owner.put<Problem>(`${path}/code`, { unique: true });
    expect(many.body.errors).toHaveLength(10);
    expect(await keys("record_unique", code)).toEqual([]);
    expect((await owner.get<WireEntityType>("/api/meta/entity-types/deals")).body.attributes[1]).toEqual(
      code,
    );
  });

  it("notices a twin that comes before the commit", async () => {
    const owner = await tenantWithDeals();
    await add(owner, "code");
    await addRecord(owner, { title: "1", code: "A" });
    owner.beforeCommit(() => addRecord(owner, { title: "2", code: "A" }));
    const answer = await owner.put<Problem>(`${path}/code`, { unique: true });
    expect([answer.status, answer.body.code]).toEqual([409, "not_unique"]);
  });
});

describe("deleting", () => {
  it("frees the name, and the values never come back", async () => {
    const owner = await tenantWithDeals();
    const code = await add(owner, "code", { unique: true });
    const stage = await add(owner, "stage", { value_type: "select", options: ["New"] });
    const id = await addRecord(owner, { title: "1", code: "A", stage: "New" });
    await owner.post("/api/aliases", { table_name: "deals", attribute_name: "code", display_name: "Код" });

    expect((await owner.delete(`${path}/code`)).status).toBe(204);
    expect((await owner.delete(`${path}/code`)).status).toBe(404);
    expect((await owner.delete(`${path}/${stage.id}`)).status).toBe(204);
    expect((await owner.get(`/api/data/deals/${id}`)).body).not.toHaveProperty("code");
    expect((await owner.get("/api/aliases")).body).toEqual({});
    expect((await owner.get(`/api/meta/select-lists/${stage.select_list_id}`)).status).toBe(404);
    expect(await keys("record_index", code)).toEqual([]);
    expect(await keys("record_unique", code)).toEqual([]);

    const again = await add(owner, "code", { unique: true });
    expect(await numberOf(again)).toBeGreaterThan(0);
    expect((await owner.get(`/api/data/deals/${id}`)).body).toMatchObject({ code: null });
    expect(await keys("record_index", again)).toEqual([["1", BLANK]]);
    await addRecord(owner, { title: "2", code: "A" });
  });

  it("leaves the shared list of a select alone", async () => {
    const owner = await tenantWithDeals();
    const list = await owner.post<{ id: string }>("/api/meta/select-lists", { name: "L", options: ["a"] });
    await add(owner, "stage", { value_type: "select", select_list_id: list.body.id });
    await owner.delete(`${path}/stage`);
    expect((await owner.get(`/api/meta/select-lists/${list.body.id}`)).status).toBe(200);
  });

  it("has a write decided under the old schema decide again", async () => {
    const owner = await tenantWithDeals();
    await add(owner, "city");
    owner.beforeCommit(() => owner.delete(`${path}/city`));
    const late = await owner.post<Problem>("/api/data/deals", { title: "1", city: "Omsk" });
    expect(late.status).toBe(400);
    expect(late.body.errors).toMatchObject([{ path: "city", code: "unknown_field" }]);
  });
});

describe("ordering", () => {
  it("is for each member alone", async () => {
    const { owner, member } = await world.tenant();
    const order = "/api/meta/entity-types/leads/attributes/order";
    const type = await owner.get<WireEntityType>("/api/meta/entity-types/leads");
    const ids = type.body.attributes.map(({ id }) => id);
    const [first, second, third] = ids as [string, string, string];
    const seller = await member({ permissions: ["leads:view"] });

    const answer = await seller.post(order, { attribute_ids: [third, first] });
    expect(answer.body).toEqual({ status: "ok", ordered_ids: [third, first] });
    const seen = async (client: MemberClient, at = "leads") =>
      (await client.get<WireEntityType>(`/api/meta/entity-types/${at}`)).body.attributes.map(({ id }) => id);
    const expected = [third, first, second, ...ids.slice(3)];
    expect(await seen(seller)).toEqual(expected);
    expect(await seen(seller, type.body.id)).toEqual(expected);
    const listed = await seller.get<WireEntityType[]>("/api/meta/entity-types");
    expect(listed.body[0]?.attributes.map(({ id }) => id)).toEqual(expected);
    expect(await seen(owner)).toEqual(ids);

    await owner.delete(`/api/meta/entity-types/leads/attributes/${third}`);
    expect(await seen(seller)).toEqual(expected.slice(1));
    await seller.post(order, { attribute_ids: [] });
    expect(await seen(seller)).toEqual(ids.filter((id) => id !== third));
  });

  it("knows only the type's attributes, each once", async () => {
    const { owner, member } = await world.tenant();
    const order = "/api/meta/entity-types/leads/attributes/order";
    const leads = await owner.get<WireEntityType>("/api/meta/entity-types/leads");
    const others = await owner.get<WireEntityType>("/api/meta/entity-types/individuals");
    const [mine, foreign] = [leads.body.attributes[0]?.id, others.body.attributes[0]?.id];
    const answer = await owner.post<Problem>(order, { attribute_ids: [mine, foreign, mine] });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((issue) => `${issue.path} ${issue.code}`)).toEqual([
      "attribute_ids[1] unknown_attribute",
      "attribute_ids[2] already_taken",
    ]);
    expect((await (await member()).post(order, { attribute_ids: [] })).status).toBe(403);
  });
});
