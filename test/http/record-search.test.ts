import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { type MemberClient, makeWorld, type TestTenant } from "../support/world.ts";

const world = makeWorld();
const path = "/api/data/leads";
let tenant: TestTenant;
let owner: MemberClient;

interface Page {
  readonly data: readonly { readonly id: string; readonly organization_name: string }[];
  readonly total: number | null;
  readonly next_cursor: string | null;
  readonly code?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

const LEADS = [
  {
    organization_name: "ООО «Ромашка»",
    email: "Sales@Romashka.example.com",
    contact_number: "+7 912 345-67-89",
  },
  { organization_name: "Acme Ltd", contact_name: "Ёлкин Пётр", notes: "Перезвонить\nво вторник" },
  { organization_name: "Café Crème", notes: "acme knows them" },
];

beforeAll(async () => {
  tenant = await world.tenant();
  owner = tenant.owner;
  for (const lead of LEADS) expect((await owner.post(path, lead)).status).toBe(201);
});

const search = (query: Record<string, string>, client = owner) =>
  client.get<Page>(`${path}?${new URLSearchParams(query)}`);
const names = ({ body }: { body: Page }) => body.data.map((lead) => lead.organization_name.slice(0, 4));

describe("a search", () => {
  it.each<[string, string[]]>([
    ["acme", ["Café", "Acme"]],
    ["ACM", ["Café", "Acme"]],
    ["acme ltd", ["Acme"]],
    ["ltd acme", ["Acme"]],
    ["елкин", ["Acme"]],
    ["ПЁТР", ["Acme"]],
    ["creme", ["Café"]],
    ["ро", ["ООО "]],
    ["р", ["ООО "]],
    ["ма", []],
    ["омашк", ["ООО "]],
    ["вторник", ["Acme"]],
    ["во", ["Acme"]],
    ["romashka.ex", ["ООО "]],
    ["ex", ["ООО "]],
    ["sales@", ["ООО "]],
    ["345-67", ["ООО "]],
    ["+7 (912) 345", ["ООО "]],
    ["79123456789", ["ООО "]],
    ['"acme"', []],
    ["acme OR ромашка", []],
    ["acm*", []],
  ])("for %s", async (q, expected) => {
    const answer = await search({ q });
    expect(names(answer)).toEqual(expected);
    expect(answer.cost.trips).toBeLessThanOrEqual(2);
    expect(answer.cost.rowsRead).toBeLessThanOrEqual(120);
    const posted = await owner.post<Page>(`${path}/query`, { q });
    expect(posted.body).toEqual(answer.body);
  });

  it("looks in the fields that are named", async () => {
    expect(names(await search({ q: "acme", search_fields: "organization_name" }))).toEqual(["Acme"]);
    expect(names(await search({ q: "acme", search_fields: "notes, contact_name" }))).toEqual(["Café"]);
    expect(names(await search({ q: "а", search_fields: "notes" }))).toEqual([]);
    expect(names(await search({ q: "9123", search_fields: "contact_number" }))).toEqual(["ООО "]);
  });

  it("goes with filters, sort, count and cursors", async () => {
    const filters = JSON.stringify([{ field: "notes", op: "not_blank" }]);
    const first = await search({ q: "acme", filters, sort: "organization_name", limit: "1", count: "exact" });
    expect([names(first), first.body.total]).toEqual([["Acme"], 2]);
    const cursor = first.body.next_cursor ?? "";
    expect(names(await search({ q: "ACME", filters, sort: "organization_name", cursor }))).toEqual(["Café"]);
    const other = await search({ q: "acm", filters, sort: "organization_name", cursor });
    expect([other.status, other.body.code]).toEqual([400, "invalid_cursor"]);
    const newest = await search({ q: "acme", limit: "1" });
    expect(names(newest)).toEqual(["Café"]);
    expect(names(await search({ q: "acme", cursor: newest.body.next_cursor ?? "" }))).toEqual(["Acme"]);
    expect(newest.body.total).toBeNull();
  });

  it("for nothing is the list itself", async () => {
    expect(names(await search({ q: " " }))).toEqual(["Café", "Acme", "ООО "]);
  });

  it.each<[Record<string, string>, string, string]>([
    [{ q: "a", search_fields: "nothing" }, "search_fields[0]", "unknown_field"],
    [{ q: "a", search_fields: "organization_name,revenue" }, "search_fields[1]", "unknown_field"],
    [{ q: "a".repeat(201) }, "q", "too_long"],
    [{ q: "a b c d e f g h i j k" }, "q", "too_many_items"],
    [{ q: "a\u0000b" }, "q", "not_storable_text"],
    [{ q: "a", trash: "true" }, "q", "not_with"],
  ])("%j is refused", async (query, at, code) => {
    const answer = await search(query);
    expect([answer.status, answer.body.errors?.[0]]).toMatchObject([400, { path: at, code }]);
  });

  it("finds nothing of other companies, nor what the member may not see", async () => {
    const other = await world.tenant();
    const { status } = await other.owner.post(path, { organization_name: "Acme of others" });
    expect(status).toBe(201);
    expect(names(await search({ q: "acme" }, other.owner))).toEqual(["Acme"]);
    expect(names(await search({ q: "others" }))).toEqual([]);
    const rightless = await tenant.member({ permissions: ["meta:view"] });
    expect((await search({ q: "acme" }, rightless)).status).toBe(403);
  });
});

describe("what is searched", () => {
  /** How many search rows a company's type has. */
  async function searchRows({ id }: TestTenant, name: string): Promise<number> {
    const row = await env.TENANTS_01.prepare(
      `SELECT (SELECT count(*) FROM record_search_docsize WHERE id BETWEEN t.number * 4294967296
         AND t.number * 4294967296 + 4294967295) AS n
       FROM entity_types t WHERE t.tenant_id = ? AND t.name = ?`,
    )
      .bind(id, name)
      .first<{ n: number }>();
    return row?.n ?? 0;
  }

  it("follows a record through its changes, the trash and back", async () => {
    const company = await world.tenant();
    const client = company.owner;
    const { body } = await client.post<{ id: string }>(path, { organization_name: "Первая" });
    const lead = `${path}/${body.id}`;
    const finds = async (q: string) => names(await search({ q }, client)).length;
    expect([await finds("первая"), await searchRows(company, "leads")]).toEqual([1, 1]);
    await client.patch(lead, { organization_name: "Вторая" });
    expect([await finds("первая"), await finds("вторая")]).toEqual([0, 1]);
    expect(await searchRows(company, "leads")).toBe(1);
    const { batches } = await client.patch(lead, { revenue: 5 });
    expect(
      batches.flatMap(({ statements }) => statements).filter(({ sql }) => /record_search/.test(sql)),
    ).toEqual([]);
    await client.delete(lead);
    expect([await finds("вторая"), await searchRows(company, "leads")]).toEqual([0, 0]);
    await client.post(`${lead}/restore`);
    expect([await finds("вторая"), await searchRows(company, "leads")]).toEqual([1, 1]);
    await client.post(`${path}/bulk-delete`, { ids: [body.id] });
    expect(await searchRows(company, "leads")).toBe(0);
  });

  it("loses the texts of an attribute that is deleted, and all rows of a table that is", async () => {
    const company = await world.tenant();
    const client = company.owner;
    await client.post(path, {
      organization_name: "Иван-да-Марья",
      contact_name: "Секретный",
      email: "a@b.example.com",
    });
    await client.post(path, { organization_name: "Вторая", contact_name: "Секретный" });
    const { body: leads } = await client.get<{ id: string; attributes: { id: string; name: string }[] }>(
      "/api/meta/entity-types/leads",
    );
    const id = leads.attributes.find(({ name }) => name === "contact_name")?.id;
    expect(names(await search({ q: "секрет" }, client)).length).toBe(2);
    expect((await client.delete(`/api/meta/entity-types/leads/attributes/${id}`)).status).toBe(204);
    expect(names(await search({ q: "секрет" }, client))).toEqual([]);
    for (const q of ["иван-да", "ма", "м", "да", "example.com", "co"]) {
      expect(names(await search({ q }, client)), q).toEqual(["Иван"]);
    }
    expect(await searchRows(company, "leads")).toBe(2);
    const before = await env.TENANTS_01.prepare("SELECT count(*) AS n FROM record_search_docsize").first("n");
    expect((await client.delete("/api/meta/entity-types/leads")).status).toBe(204);
    const after = await env.TENANTS_01.prepare("SELECT count(*) AS n FROM record_search_docsize").first("n");
    expect(Number(before) - Number(after)).toBe(2);
  });
});
