import fc from "fast-check";
import type { Endpoint } from "../../src/http/endpoint.ts";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { anyJson, anyText, fittingValue, type JsonSchema } from "./schema-arbitrary.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
}

const endpoints = await loadEndpoints();
const document = JSON.parse(JSON.stringify(openApiDocument(endpoints))) as {
  paths: Record<string, Record<string, { parameters?: Parameter[]; requestBody?: { content: object } }>>;
  components: { schemas: Record<string, JsonSchema> };
};
const { schemas } = document.components;

export const ACTORS = [
  ...(["owner", "owner", "owner", "owner", "owner", "owner", "owner", "manager", "manager"] as const),
  ...(["nobody", "rival", "anonymous", "forger"] as const),
];

/** Where a value in a path comes from. */
const slot = fc.record({
  from: fc.constantFrom(
    ...(["own", "own", "own", "own", "own", "own", "fresh", "fresh", "fresh"] as const),
    ...(["seen", "theirs", "text"] as const),
  ),
  pick: fc.nat(),
  text: anyText,
});

type Body =
  | { readonly from: "valid" }
  | { readonly from: "mutated"; readonly changes: readonly [number, unknown][] }
  | { readonly from: "schema" | "json"; readonly value: unknown }
  | { readonly from: "raw"; readonly text: string };

/** Undefined most of the time: all but one in so many. */
function sometimes<Value>(oneIn: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

function bodyOf(endpoint: Endpoint): fc.Arbitrary<Body | undefined> {
  const content = document.paths[endpoint.path]?.[endpoint.method]?.requestBody?.content ?? {};
  const [media] = Object.values(content) as { schema: JsonSchema }[];
  const raw = fc.oneof(anyText, fc.json(), fc.constant("[".repeat(100)), fc.constant('{"a":1e999}'));
  if (!media) return sometimes(20, fc.record({ from: fc.constant("json" as const), value: anyJson }));
  return fc.oneof<fc.WeightedArbitrary<Body>[]>(
    { weight: 10, arbitrary: fc.constant({ from: "valid" }) },
    {
      weight: 6,
      arbitrary: fc.record({
        from: fc.constant("mutated" as const),
        changes: fc.array(fc.tuple(fc.nat(), anyJson), { minLength: 1, maxLength: 2 }),
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({
        from: fc.constant("schema" as const),
        value: fittingValue(media.schema, schemas),
      }),
    },
    { weight: 1, arbitrary: fc.record({ from: fc.constant("json" as const), value: anyJson }) },
    { weight: 1, arbitrary: fc.record({ from: fc.constant("raw" as const), text: raw }) },
  );
}

function queryOf(endpoint: Endpoint): fc.Arbitrary<[string, unknown][]> {
  const parameters = (document.paths[endpoint.path]?.[endpoint.method]?.parameters ?? []).filter(
    (parameter) => parameter.in === "query",
  );
  const declared = parameters.map(({ name, schema }) =>
    sometimes(
      Math.max(2, parameters.length),
      fittingValue(schema, schemas, name).map((value): [string, unknown] => [name, value]),
    ),
  );
  const stray = sometimes(40, fc.tuple(anyText, anyText));
  return fc.tuple(...declared, stray).map((chosen) => chosen.filter((parameter) => parameter !== undefined));
}

const headers = fc.record(
  {
    "accept-language": fc.constantFrom("ru", "en", "ru-RU, en;q=0.1", "*", ";;q=,", "zz"),
    "idempotency-key": fc.constantFrom("a", "b", "c", "with space", "x".repeat(300)),
    "if-match": fc.constantFrom('"1"', 'W/"2"', "*", '"999999999999999999999"', "1", '""'),
    "x-request-id": fc.constantFrom("mine", "not a word", "x".repeat(500)),
    "content-type": fc.constantFrom("application/json", "application/json; charset=utf-8", "text/plain", "x"),
  },
  { requiredKeys: [] },
);

// Made once for each operation: making an arbitrary costs more than a request.
export const anyRequest = fc.oneof(
  ...endpoints.map((endpoint) =>
    fc.record({
      operationId: fc.constant(endpoint.operationId),
      actor: fc.constantFrom(...ACTORS),
      slots: fc.tuple(slot, slot, slot),
      query: queryOf(endpoint),
      headers: sometimes(6, headers),
      body: bodyOf(endpoint),
    }),
  ),
);

/** A request in outline; what it names is filled in when it is sent. */
export type FuzzRequest = typeof anyRequest extends fc.Arbitrary<infer Request> ? Request : never;
