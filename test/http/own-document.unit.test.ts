import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { RECORD_ACTIONS } from "../../src/domain/access/catalogue.ts";
import { attributeKinds } from "../../src/domain/attribute-kinds/registry.ts";
import { describeTable } from "../../src/domain/entity-types/describe-tables.ts";
import type { EntityType } from "../../src/domain/entity-types/entity-type.ts";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { type Document, ownDocument } from "../../src/http/own-document.ts";
import { attributeOf } from "../domain/attribute-kinds/fixture.ts";

const endpoints = await loadEndpoints();
const general = JSON.parse(JSON.stringify(openApiDocument(endpoints))) as Document;

/** A table with two attributes of every kind: one that a record may do without, and one that it may not. */
const everything: EntityType = {
  id: "0192f0c1-0000-7000-8000-000000000002",
  number: 1,
  name: "everything",
  displayName: "Everything",
  displayAttributeId: null,
  schemaVersion: 1,
  recordCount: 0,
  lastRecordNumber: 0,
  related: new Map(),
  attributes: attributeKinds.flatMap((kind) => {
    const attribute = attributeOf(kind, {}, ["New", "Won"]);
    return [
      { ...attribute, name: `some_${kind.name}` },
      { ...attribute, name: `needed_${kind.name}`, required: true },
    ];
  }),
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

const own = ownDocument(general, endpoints, {
  permissions: new Set(RECORD_ACTIONS.map((action) => `everything:${action}`)),
  tables: [describeTable(everything, new Map(), () => true)],
  fingerprint: "",
});

describe("a document of one's own", () => {
  it("is valid OpenAPI 3.1, whatever kinds the tables have", async () => {
    const { errors, valid } = await new Validator().validate(JSON.parse(JSON.stringify(own)));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it("has schemas that compile and refer to nothing that is not there", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(own, "https://crm.test/openapi.json");
    for (const name of Object.keys(own.components.schemas)) {
      const $ref = `https://crm.test/openapi.json#/components/schemas/${name}`;
      expect(() => ajv.compile({ $ref }), name).not.toThrow();
    }
    const names = [...JSON.stringify(own).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(names)].sort()).toEqual(Object.keys(own.components.schemas).sort());
  });

  it("lets filters in each other, and each field only with operators that fit", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(own, "https://crm.test/openapi.json");
    const check = ajv.compile({
      $ref: "https://crm.test/openapi.json#/components/schemas/EverythingFilters",
    });
    const leaf = { field: "some_string", op: "contains", value: "a" };
    expect(check({ and: [leaf, { or: [leaf, { not: leaf }] }, [leaf]] })).toBe(true);
    expect(check({ field: "some_boolean", op: "contains", value: "a" })).toBe(false);
    expect(check({ field: "some_strings", value: "a" })).toBe(false);
    expect(check({ and: [{ ...leaf, values: [] }] })).toBe(false);
  });

  it("asks for what has no default, and never for what cannot be written", () => {
    const { EverythingInput: input, Everything: record } = own.components.schemas;
    expect(input?.required).toContain("needed_string");
    expect(input?.required).not.toContain("needed_autonumber");
    expect(Object.keys(input?.properties as object)).not.toContain("some_autonumber");
    expect(Object.keys(record?.properties as object)).toContain("some_autonumber");
  });
});
