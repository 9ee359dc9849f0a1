import { describe, expect, it } from "vitest";
import { type MemberClient, makeWorld } from "../support/world.ts";

const world = makeWorld();

interface Schema {
  readonly type?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const documentOf = async (client: MemberClient) => (await client.get<Document>("/api/openapi.json")).body;

function operationsOf({ paths }: Document): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

describe("the caller's own document", () => {
  it("has the founder's tables with every operation, and none that is on any table", async () => {
    const { owner } = await world.tenant();
    const document = await documentOf(owner);
    const operations = operationsOf(document);
    expect(document.tags.map(({ name }) => name)).toEqual(["leads", "legal_entities", "individuals"]);
    for (const operation of [
      "GET /api/data/leads",
      "POST /api/data/leads",
      "PATCH /api/data/leads/{id}",
      "POST /api/data/legal_entities/query",
      "POST /api/data/individuals/upsert",
      "POST /api/data/leads/{id}/messages",
      "POST /api/roles",
    ]) {
      expect(operations).toContain(operation);
    }
    expect(operations.filter((operation) => operation.includes("{entity}"))).toEqual([]);
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("tells exactly what a record has, and what may be written to it", async () => {
    const { owner } = await world.tenant();
    await owner.post("/api/meta/entity-types", {
      name: "deals",
      display_name: "Deals",
      attributes: [
        { name: "title", display_name: "Title", value_type: "string", required: true, max_length: 40 },
        { name: "code", display_name: "Code", value_type: "autonumber", pattern: "D-{001}" },
        { name: "stage", display_name: "Stage", value_type: "select", options: ["New", "Won"] },
        { name: "amount", display_name: "Amount", value_type: "integer", min: 0, help_text: "Before tax." },
        { name: "since", display_name: "Since", value_type: "date", required: true, default: "today" },
      ],
    });
    await owner.post("/api/aliases", { table_name: "deals", attribute_name: "stage", display_name: "Phase" });
    const { schemas } = (await documentOf(owner)).components;
    const record = schemas.Deals;
    expect(record?.additionalProperties).toBe(false);
    expect(record?.required).toEqual(expect.arrayContaining(["id", "version", "title", "code", "stage"]));
    expect(record?.properties?.stage).toEqual({
      title: "Phase",
      type: ["string", "null"],
      enum: ["New", "Won", null],
    });
    expect(record?.properties?.amount).toMatchObject({
      type: ["integer", "null"],
      description: "Before tax.",
    });
    const input = schemas.DealsInput;
    expect(input?.required).toEqual(["title"]);
    expect(input?.additionalProperties).toBe(false);
    expect(Object.keys(input?.properties ?? {})).toEqual([
      "id",
      "owner_id",
      "title",
      "stage",
      "amount",
      "since",
    ]);
    expect(input?.properties?.title).toMatchObject({ type: "string", maxLength: 40 });
    expect(input?.properties?.amount).toMatchObject({ type: ["integer", "null"], minimum: 0 });
    expect(schemas.DealsPatch?.required).toBeUndefined();
    expect(JSON.stringify(schemas.DealsFilters)).toContain('"title"');
    expect(JSON.stringify(schemas.DealsFilters)).not.toContain("organization_name");
  });

  it("has only what the caller's rights allow, and only their own company's tables", async () => {
    const { owner, member } = await world.tenant();
    const rival = await world.tenant({ shard: "02" });
    await owner.post("/api/meta/entity-types", { name: "secrets", display_name: "Secrets" });
    await rival.owner.post("/api/meta/entity-types", { name: "plans", display_name: "Plans" });
    const viewer = await member({ permissions: ["leads:view"] });
    const document = await documentOf(viewer);
    const operations = operationsOf(document);
    expect(operations.filter((operation) => operation.includes("/api/data/")).sort()).toEqual([
      "GET /api/data/leads",
      "GET /api/data/leads/group-by/{attribute}",
      "GET /api/data/leads/{id}",
      "POST /api/data/leads/aggregate",
      "POST /api/data/leads/query",
    ]);
    expect(operations).not.toContain("POST /api/roles");
    expect(operations).toContain("GET /api/users/me");
    const text = JSON.stringify(document);
    for (const hidden of ["secrets", "Secrets", "Individuals", "LegalEntities", "LeadsInput", "plans"]) {
      expect(text).not.toContain(`"${hidden}"`);
    }
    expect(JSON.stringify(await documentOf(owner))).not.toContain('"plans"');
    const nobody = await member();
    expect(operationsOf(await documentOf(nobody)).filter((name) => name.includes("/api/data"))).toEqual([]);
  });

  it("is silent about what is hidden from the caller, and has what they may only read nowhere to write", async () => {
    const { member } = await world.tenant();
    const seller = await member({
      permissions: ["leads:view", "leads:create"],
      attributeRules: [
        { entity_type: "leads", attribute: "revenue", access: "hidden" },
        { entity_type: "leads", attribute: "notes", access: "read" },
      ],
    });
    const { schemas } = (await documentOf(seller)).components;
    expect(JSON.stringify(schemas)).not.toContain("revenue");
    expect(Object.keys(schemas.Leads?.properties ?? {})).toContain("notes");
    expect(Object.keys(schemas.LeadsInput?.properties ?? {})).not.toContain("notes");
    expect((await seller.post("/api/data/leads", { organization_name: "Acme" })).status).toBe(201);
  });

  it("never names two things alike", async () => {
    const { owner } = await world.tenant();
    for (const name of ["role", "a_b", "a__b", "leads_input", "record", "leads_2"]) {
      const attributes = [{ name: "title", display_name: name, value_type: "string" }];
      await owner.post("/api/meta/entity-types", { name, display_name: name, attributes });
    }
    const { paths, components } = await documentOf(owner);
    const titles = ["role", "a_b", "a__b", "leads_input", "record", "leads_2"].map((name) => {
      const get = paths[`/api/data/${name}/{id}`]?.get as unknown as {
        responses: { 200: { content: { "application/json": { schema: { $ref: string } } } } };
      };
      const { $ref } = get.responses[200].content["application/json"].schema;
      return components.schemas[$ref.split("/").at(-1) ?? ""]?.properties?.title?.title;
    });
    expect(titles).toEqual(["role", "a_b", "a__b", "leads_input", "record", "leads_2"]);
    for (const name of Object.keys(components.schemas)) expect(name).toMatch(/^[A-Za-z0-9_]+$/);
  });

  it("answers 304 until tables, aliases or rights change, in one trip", async () => {
    const { owner, member } = await world.tenant();
    const first = await owner.get("/api/openapi.json");
    expect(first.cost.trips).toBe(1);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    const ask = async (client: MemberClient, etag: string) =>
      client.get("/api/openapi.json", { headers: { "if-none-match": etag } });
    let etag = first.headers.get("etag") ?? "";
    expect((await ask(owner, etag)).status).toBe(304);
    expect((await ask(owner, `"other", W/${etag}`)).status).toBe(304);
    const changes = [
      () =>
        owner.post("/api/aliases", { table_name: "leads", attribute_name: "inn", display_name: "Tax id" }),
      () => owner.post("/api/aliases/tables", { table_name: "leads", display_name: "Prospects" }),
      () =>
        owner.post("/api/meta/entity-types/leads/attributes", {
          name: "extra",
          display_name: "Extra",
          value_type: "string",
        }),
    ];
    for (const change of changes) {
      expect((await change()).status).toBeLessThan(300);
      const next = await ask(owner, etag);
      expect(next.status).toBe(200);
      etag = next.headers.get("etag") ?? "";
    }
    const viewer = await member({ permissions: ["leads:view"] });
    expect((await ask(viewer, etag)).status).toBe(200);
  });
});
