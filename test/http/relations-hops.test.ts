import { describe, expect, it } from "vitest";
import { add, confine, crm, found, issues, made, read, types, type Wire } from "../support/crm.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

const world = makeWorld();

/** Companies in two cities and in none, with contacts in them and beside them, Dan's company being in the trash. */
async function filled(owner: MemberClient) {
  const tables = await crm(owner);
  await made(owner, `${types}/companies/attributes`, {
    name: "employees",
    display_name: "Employees",
    value_type: "integer",
  });
  const acme = await add(owner, "companies", { title: "Acme", city: "Moscow", employees: 50 });
  const zeta = await add(owner, "companies", { title: "Zeta", city: "Kazan", employees: 5 });
  const blank = await add(owner, "companies", { title: "Nowhere" });
  const gone = await add(owner, "companies", { title: "Gone", city: "Moscow", employees: 500 });
  const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
  const bob = await add(owner, "contacts", { title: "Bob", company: zeta.id, friends: [ann.id] });
  const cid = await add(owner, "contacts", { title: "Cid", company: blank.id, friends: [ann.id, bob.id] });
  const dan = await add(owner, "contacts", { title: "Dan", company: gone.id, friends: [cid.id] });
  await owner.delete(`/api/data/companies/${gone.id}`);
  return { ...tables, acme, zeta, blank, ann, bob, cid, dan };
}

const refusal = async (client: MemberClient, filters: unknown) =>
  issues(await client.post("/api/data/contacts/query", { filters }));

describe("a filter through a relation", () => {
  it("with one link sees a field of the linked record, blank where there is none", async () => {
    const { owner } = await world.tenant();
    const { acme, ann, bob } = await filled(owner);
    const contacts = (field: string, op: string, value?: unknown) =>
      found(owner, "contacts", { field, op, value });
    expect(await contacts("company.city", "eq", "moscow")).toEqual(["Ann"]);
    expect(await contacts("company.city", "neq", "Moscow")).toEqual(["Bob", "Cid", "Dan"]);
    expect(await contacts("company.city", "in", ["Kazan", null])).toEqual(["Bob", "Cid", "Dan"]);
    expect(await contacts("company.city", "blank")).toEqual(["Cid", "Dan"]);
    expect(await contacts("company.city", "not_blank")).toEqual(["Ann", "Bob"]);
    expect(await contacts("company.city", "contains", "OSC")).toEqual(["Ann"]);
    expect(await contacts("company.city", "not_contains", "osc")).toEqual(["Bob", "Cid", "Dan"]);
    expect(await contacts("company.employees", "between", [5, 10])).toEqual(["Bob"]);
    expect(await contacts("company.employees", "gt", 5)).toEqual(["Ann"]);
    expect(await contacts("company.id", "eq", acme.id)).toEqual(["Ann"]);
    expect(await contacts("company.created_by", "eq", "$me")).toEqual(["Ann", "Bob", "Cid"]);
    expect(await contacts("company.created_at", "is", "today")).toEqual(["Ann", "Bob", "Cid"]);
    expect(await contacts("company.created_at", "not_in", ["today", "yesterday"])).toEqual(["Dan"]);
    expect(await contacts("company.staff", "has_any", [bob.id, ann.id])).toEqual(["Ann", "Bob"]);
    expect(await contacts("company.staff", "has_none", [bob.id])).toEqual(["Ann", "Cid", "Dan"]);
  });

  it("with several links wants one of them to fulfil it, and what is negated is the whole of that", async () => {
    const { owner } = await world.tenant();
    const { ann, zeta } = await filled(owner);
    const friends = { field: "friends.title", value: "Ann" };
    expect(await found(owner, "contacts", friends)).toEqual(["Bob", "Cid"]);
    expect(await found(owner, "contacts", { ...friends, op: "neq" })).toEqual(["Cid", "Dan"]);
    expect(await found(owner, "contacts", { not: friends })).toEqual(["Ann", "Dan"]);
    expect(
      await found(owner, "contacts", { field: "friends.friends", op: "has_any", value: [ann.id] }),
    ).toEqual(["Cid", "Dan"]);
    expect(await found(owner, "contacts", { field: "friend_of.company", value: zeta.id })).toEqual(["Ann"]);
    expect(await found(owner, "companies", { field: "staff.title", op: "starts_with", value: "b" })).toEqual([
      "Zeta",
    ]);
    // Both at once, of one list; nobody at Zeta is called Ann.
    const all = [friends, { field: "company.city", value: "Kazan" }, { field: "title", op: "not_blank" }];
    expect(await found(owner, "contacts", all)).toEqual(["Bob"]);
    expect(await found(owner, "contacts", { or: all.slice(0, 2) })).toEqual(["Bob", "Cid"]);
  });

  it("stands wherever filters stand: GET, counts, figures, pages, the trash", async () => {
    const { owner } = await world.tenant();
    const { dan } = await filled(owner);
    const filters = { field: "company.city", op: "neq", value: "Moscow" };
    const text = encodeURIComponent(JSON.stringify(filters));
    const list = await owner.get<{ data: Wire[]; total: number; next_cursor: string }>(
      `/api/data/contacts?filters=${text}&sort=title&limit=2&count=exact`,
    );
    expect(list.body.data.map((one) => one.title)).toEqual(["Bob", "Cid"]);
    expect(list.body.total).toBe(3);
    const cursor = list.body.next_cursor;
    const next = await owner.post<{ data: Wire[] }>("/api/data/contacts/query", {
      filters,
      sort: "title",
      cursor,
    });
    expect(next.body.data.map((one) => one.title)).toEqual(["Dan"]);
    const other = { filters: { ...filters, field: "company.title" }, sort: "title", cursor };
    expect((await owner.post<{ code: string }>("/api/data/contacts/query", other)).body.code).toBe(
      "invalid_cursor",
    );
    await owner.delete(`/api/data/contacts/${dan.id}`);
    const trash = await owner.post<{ data: Wire[] }>("/api/data/contacts/query", { filters, trash: true });
    expect(trash.body.data.map((one) => one.title)).toEqual(["Dan"]);
    const figures = await owner.post<{ groups: unknown }>("/api/data/contacts/aggregate", {
      filters,
      metrics: [{ function: "count" }],
    });
    expect(figures.text).toContain("2");
  });

  it("names what is wrong with it", async () => {
    const { owner } = await world.tenant();
    await filled(owner);
    const at = (field: string, rest: object = { value: "x" }) =>
      refusal(owner, { and: [{ field, ...rest }] });
    expect(await at("company.nothing")).toEqual(["filters.and[0].field unknown_field"]);
    expect(await at("company.")).toEqual(["filters.and[0].field unknown_field"]);
    expect(await at(".city")).toEqual(["filters.and[0].field unknown_field"]);
    expect(await at("title.city")).toEqual(["filters.and[0].field unknown_field"]);
    expect(await at("nothing.at.all")).toEqual(["filters.and[0].field unknown_field"]);
    expect(await at("company.staff.title")).toEqual(["filters.and[0].field too_many_hops"]);
    expect(await at("company.city", { op: "gt", value: "x" })).toEqual([
      "filters.and[0].op unknown_operator",
    ]);
    expect(await at("company.employees", { value: "many" })).toEqual(["filters.and[0].value not_an_integer"]);
    const leaf = { field: "company.city", value: "Moscow" };
    expect(await refusal(owner, Array(51).fill(leaf))).toEqual(["filters[50] too_many_items"]);
    const sort = await owner.post("/api/data/contacts/query", { sort: "company.city" });
    expect(issues(sort)).toEqual(["sort[0] unknown_field"]);
  });

  it("may stand as deeply and as often as any", async () => {
    const { owner } = await world.tenant();
    await filled(owner);
    const leaves = Array.from({ length: 25 }, (_, i) => [
      { field: "company.city", op: "in", value: ["Kazan", null, `x${i}`] },
      { field: "friends.created_at", op: "in", value: ["today"] },
    ]).flat();
    let filters: unknown = { or: leaves };
    for (let depth = 0; depth < 7; depth++) filters = { not: filters };
    expect(await found(owner, "contacts", filters)).toEqual(["Ann"]);
  });

  it("costs one trip, and three more rows for each record that it looks at", async () => {
    const { owner } = await world.tenant();
    await filled(owner);
    const query = (filters: unknown) =>
      owner.post("/api/data/contacts/query", { filters, fields: ["title"] });
    const hop = { field: "company.city", op: "not_in", value: ["Perm"] };
    await query(hop);
    const plain = await query({ field: "title", op: "not_blank" });
    const { cost } = await query(hop);
    expect([plain.cost.trips, cost.trips]).toEqual([1, 1]);
    expect(cost.rowsRead).toBeLessThanOrEqual(plain.cost.rowsRead + 4 * 3);
  });
});

describe("what a relation leads to", () => {
  it("is known as it is now", async () => {
    const { owner } = await world.tenant();
    await filled(owner);
    const filters = (name: string) => ({ field: `company.${name}`, value: "Moscow" });
    expect(await found(owner, "contacts", filters("city"))).toEqual(["Ann"]);
    expect(await found(owner, "contacts", filters("city"))).toEqual(["Ann"]);
    await owner.put(`${types}/companies/attributes/city`, { name: "town" });
    expect(await refusal(owner, filters("city"))).toEqual(["filters.field unknown_field"]);
    expect(await found(owner, "contacts", filters("town"))).toEqual(["Ann"]);
    await owner.put(`${types}/contacts/attributes/company`, { name: "employer" });
    expect(await found(owner, "contacts", { field: "employer.town", value: "Kazan" })).toEqual(["Bob"]);
    // A new name for something else is not taken for the old one.
    await owner.put(`${types}/companies/attributes/town`, { name: "city" });
    await owner.put(`${types}/companies/attributes/title`, { name: "town" });
    expect(await found(owner, "contacts", { field: "employer.town", value: "Acme" })).toEqual(["Ann"]);
    await owner.delete(`${types}/companies`);
    expect(await refusal(owner, { field: "employer.town", value: "Acme" })).toEqual([
      "filters.field unknown_field",
    ]);
  });

  it("is there for those alone who may view it", async () => {
    const tenant = await world.tenant();
    const { owner } = tenant;
    const { companies, ann } = await filled(owner);
    const blind = await tenant.member({ permissions: ["contacts:view"] });
    const partial = await tenant.member({
      permissions: ["contacts:view", "contacts:create", "companies:view", "companies:create"],
    });
    await confine(partial, companies, "view");
    for (const field of ["company.city", "company.nothing", "company.a.b", "nothing.city"]) {
      expect(await refusal(blind, { field, value: "Moscow" })).toEqual(["filters.field unknown_field"]);
    }
    expect(await found(blind, "contacts", { field: "friends.title", value: ann.title })).toEqual([
      "Bob",
      "Cid",
    ]);
    const moscow = { field: "company.city", value: "Moscow" };
    expect(await found(partial, "contacts", moscow)).toEqual([]);
    expect(await found(partial, "contacts", { field: "company.city", op: "blank" })).toHaveLength(4);
    const own = await add(partial, "companies", { title: "Own", city: "Moscow" });
    await add(partial, "contacts", { title: "Eve", company: own.id });
    expect(await found(partial, "contacts", moscow)).toEqual(["Eve"]);
    expect(await found(owner, "contacts", moscow)).toEqual(["Ann", "Eve"]);
  });

  it("is as bare as attribute rules leave it, titles included", async () => {
    const tenant = await world.tenant();
    const { owner } = tenant;
    const { ann } = await filled(owner);
    const clerk = await tenant.member({ permissions: ["contacts:view", "companies:view"] });
    const { body: roles } = await owner.get<Wire[]>("/api/roles");
    const role = roles.find(({ name }) => String(name).startsWith("Role "));
    const rule = (attribute: string) => ({ entity_type: "companies", attribute, access: "hidden" });
    const hide = async (...attributes: string[]) => {
      const { status, text } = await owner.put(`/api/roles/${role?.id}`, {
        name: "Clerk",
        permissions: ["contacts:view", "companies:view"],
        attribute_rules: attributes.map(rule),
      });
      if (status !== 200) throw new Error(text);
    };
    await hide("city");
    const own = await Promise.all([owner, clerk].map((client) => client.get("/api/openapi.json")));
    expect(own.map(({ text }) => text.includes('"company.title"'))).toEqual([true, true]);
    expect(own.map(({ text }) => text.includes('"company.city"'))).toEqual([true, false]);
    expect(await refusal(clerk, { field: "company.city", value: "Moscow" })).toEqual([
      "filters.field unknown_field",
    ]);
    expect(await found(clerk, "contacts", { field: "company.title", value: "Acme" })).toEqual(["Ann"]);
    expect(await read(clerk, "contacts", ann)).toMatchObject({ company: { title: "Acme" } });
    await hide("city", "title");
    expect(await read(clerk, "contacts", ann)).toMatchObject({ company: { title: null } });
    const list = await clerk.get<{ data: Wire[] }>("/api/data/contacts");
    expect(list.text).not.toContain("Acme");
    expect(await read(owner, "contacts", ann)).toMatchObject({ company: { title: "Acme" } });
  });
});
