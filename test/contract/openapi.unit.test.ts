import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { ERROR_STATUS } from "../../src/errors.ts";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import { errorCodes, openApiDocument } from "../../src/http/openapi.ts";

type Json = Record<string, unknown>;

interface Media {
  schema?: Json;
  example?: unknown;
}

interface OperationObject {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { description?: string; content?: Record<string, Media> }>;
  security?: unknown[];
}

const endpoints = await loadEndpoints();
// As clients get it: through JSON.
const generate = () => JSON.stringify(openApiDocument(endpoints));
const document = JSON.parse(generate()) as {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Json> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    operation,
    endpoint: endpoints.find((endpoint) => endpoint.path === path && endpoint.method === method),
  })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
// The package's default export is typed for the other module system.
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addSchema(document, "https://crm.test/openapi.json");

/** Validates against a schema of the document; `#/components/…` references point into it. */
function check(schema: Json, value: unknown): unknown {
  const absolute = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components/', '"https://crm.test/openapi.json#/components/'),
  );
  const validate = ajv.compile(absolute);
  return validate(value) ? undefined : validate.errors;
}

function resolve(schema: Json): Json {
  const name = typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
  return name === undefined ? schema : (document.components.schemas[name] as Json);
}

/** Every object schema that an answer may be made of, with the way to it. */
function objectSchemas(schema: Json, at: string, seen = new Set<Json>()): { at: string; schema: Json }[] {
  const found = resolve(schema);
  if (seen.has(found)) return [];
  seen.add(found);
  const children = [
    ...Object.entries((found.properties ?? {}) as Record<string, Json>),
    ...(["items", "additionalProperties", "not"] as const).flatMap((key) =>
      typeof found[key] === "object" ? [[key, found[key] as Json] as const] : [],
    ),
    ...(["allOf", "anyOf", "oneOf"] as const).flatMap((key) =>
      ((found[key] ?? []) as Json[]).map((child, i) => [`${key}[${i}]`, child] as const),
    ),
  ];
  const isObject = found.type === "object" || (Array.isArray(found.type) && found.type.includes("object"));
  return [
    ...(isObject ? [{ at, schema: found }] : []),
    ...children.flatMap(([name, child]) => objectSchemas(child, `${at}.${name}`, seen)),
  ];
}

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe("3.1");
  });

  it("is the same each time it is generated", () => {
    expect(generate()).toBe(JSON.stringify(document));
  });

  it("holds every endpoint", () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(
      endpoints.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort(),
    );
  });

  it("names every operation once", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it.each(Object.keys(document.components.schemas))("has a JSON Schema that compiles: %s", (name) => {
    expect(() => check({ $ref: `#/components/schemas/${name}` }, null)).not.toThrow();
  });
});

describe.each(operations)("$name", ({ path, operation, endpoint }) => {
  it("says what it does, and what one needs for it", () => {
    expect(operation.summary).toMatch(/^[A-Z].{3,79}$/);
    expect(operation.summary).not.toMatch(/\.$/);
    expect(operation.tags).toHaveLength(1);
    const [what, needs, ...rest] = operation.description?.split("\n\n").slice(-2) ?? [];
    expect(what).toMatch(/^.{10,}\.$/s);
    expect(needs).toMatch(
      /^(?:No token needed|Any member of the tenant(?:, not with an API key)?|Needs the permission `[^`]+`.*)\.$/,
    );
    expect(rest).toEqual([]);
    const ways = endpoint?.personal ? ["password"] : ["password", "api_key"];
    const expected = endpoint?.access === "member" ? ways.map((way) => ({ [way]: [] })) : [];
    expect(operation.security).toEqual(expected);
  });

  it("declares the slots of its path", () => {
    const slots = [...path.matchAll(/\{(\w+)\}/g)].map(([, slot]) => slot);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
    expect(declared.map(({ name }) => name).sort()).toEqual(slots.sort());
    expect(declared.every(({ required }) => required)).toBe(true);
  });

  it("shows an example of its body that it would accept", () => {
    if (!endpoint?.body) {
      expect(operation.requestBody).toBeUndefined();
      return;
    }
    const [[mediaType, media] = []] = Object.entries(operation.requestBody?.content ?? {});
    expect(mediaType).toBe(
      endpoint.bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json",
    );
    const example = media?.example ?? resolve(media?.schema ?? {}).example;
    expect(example, "the body's schema needs .openapi({ example })").toBeDefined();
    expect(endpoint.body.safeParse(example).error?.issues ?? []).toEqual([]);
    expect(check(media?.schema ?? {}, example)).toBeUndefined();
  });

  it("declares its answers and errors", () => {
    const statuses = Object.keys(operation.responses);
    expect(statuses.filter((status) => status.startsWith("2"))).not.toEqual([]);
    for (const code of endpoint ? errorCodes(endpoint) : []) {
      const response = operation.responses[ERROR_STATUS[code]];
      expect(response?.description).toContain(`\`${code}\``);
      expect(Object.keys(response?.content ?? {})).toEqual(["application/problem+json"]);
    }
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      expect(description).toMatch(/\S/);
      expect(content === undefined, `a body for ${status}`).toBe(["204", "304"].includes(status));
    }
  });

  it("answers nothing but declared fields", () => {
    for (const [status, { content = {} }] of Object.entries(operation.responses)) {
      for (const { schema = {} } of Object.values(content)) {
        for (const found of objectSchemas(schema, status)) {
          // A record's fields are the tenant's own: a schema for their values stands in for their names.
          const open = found.schema.additionalProperties;
          const declared = open === false || (typeof open === "object" && Object.keys(open ?? {}).length > 0);
          expect(declared, `${found.at} is open: use z.strictObject`).toBe(true);
        }
      }
    }
  });
});
