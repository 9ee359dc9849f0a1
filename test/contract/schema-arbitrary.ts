import fc from "fast-check";
import { SEEN_CURSOR, SEEN_ID, WORDS } from "./dictionary.ts";

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

type Components = Readonly<Record<string, JsonSchema>>;

const seenId = fc.nat({ max: 999 }).map((i) => `${SEEN_ID}${i}`);
const seenCursor = fc.nat({ max: 99 }).map((i) => `${SEEN_CURSOR}${i}`);
const word = fc.constantFrom(...WORDS);

export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: seenId },
  { weight: 1, arbitrary: seenCursor },
);

const anyScalar: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  fc.constantFrom(null, true, false, 0, -0, -1, 1.5, 1e21, -1e308, 5e-324, Number.MAX_SAFE_INTEGER + 1),
  fc.integer(),
  fc.double({ noNaN: true }),
);

/** Any JSON, mostly of words that mean something somewhere. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: false },
    { weight: 6, arbitrary: anyScalar },
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 5 }) },
    { weight: 2, arbitrary: fc.dictionary(anyText, tie("value"), { maxKeys: 5, noNullPrototype: true }) },
  ),
})).value;

/** Filters that look like filters. */
const filter: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    {
      weight: 5,
      arbitrary: fc.record({ field: anyText, op: word, value: anyJson }, { requiredKeys: ["field", "op"] }),
    },
    { weight: 1, arbitrary: fc.array(tie("node"), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.record({ and: fc.array(tie("node"), { maxLength: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ or: fc.array(tie("node"), { maxLength: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ not: tie("node") }) },
    { weight: 1, arbitrary: anyJson },
  ),
})).node;

/** Fields whose meaning their schema does not tell, by name; in a query they are text. */
const MEANINGFUL: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  filters: filter,
  cursor: fc.oneof(seenCursor, seenCursor, anyText),
};

/** Values that mostly fit the schema; each part of one may be spoilt. */
export function fittingValue(schema: JsonSchema, components: Components, name = ""): fc.Arbitrary<unknown> {
  const meaningful = Object.hasOwn(MEANINGFUL, name) ? MEANINGFUL[name] : undefined;
  return fc.oneof(
    { weight: 24, arbitrary: meaningful ?? fitting(schema, components) },
    { weight: 1, arbitrary: anyJson },
  );
}

function fitting(schema: JsonSchema, components: Components): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return fittingValue(components[schema.$ref.split("/").at(-1) ?? ""] ?? {}, components);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (alternatives) return fc.oneof(...alternatives.map((one) => fittingValue(one, components)));
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type: string) => fitting({ ...schema, type }, components)));
  }
  switch (schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
      return fc.oneof(
        fc.integer({
          min: schema.minimum ?? -10,
          max: Math.max(schema.minimum ?? -10, schema.maximum ?? 1_000),
        }),
        fc.constantFrom(schema.minimum ?? 0, schema.maximum ?? 2 ** 31),
      );
    case "number":
      return fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.integer({ min: -100, max: 100 }));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array": {
      const most = Math.min(schema.maxItems ?? 4, 4);
      return fc.array(fittingValue(schema.items ?? {}, components), {
        minLength: Math.min(schema.minItems ?? 0, most),
        maxLength: most,
      });
    }
    case "object":
      return objectOf(schema, components);
    default:
      return anyJson;
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = 60 }: JsonSchema): fc.Arbitrary<string> {
  switch (format) {
    case "uuid":
      return fc.oneof({ weight: 4, arbitrary: seenId }, { weight: 1, arbitrary: fc.uuid() });
    case "email":
      return fc.nat({ max: 1e6 }).map((i) => `person${i}@acme.test`);
    case "date-time":
      return fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString());
    case "date":
      return fc
        .date({ noInvalidDate: true, min: new Date(0) })
        .map((date) => date.toISOString().slice(0, 10));
    case "password":
      return fc.constant("correct horse battery");
    default:
  }
  if (pattern?.startsWith("^[a-z]")) return fc.oneof(fc.stringMatching(new RegExp(pattern, "u")), word);
  const fits = fc.string({
    unit: "grapheme",
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 60)),
  });
  return fc.oneof({ weight: 3, arbitrary: word }, { weight: 2, arbitrary: fits });
}

function objectOf(schema: JsonSchema, components: Components): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, property]) => [name, fittingValue(property, components, name)] as const,
  );
  const open = schema.additionalProperties;
  const named = fc.record(Object.fromEntries(properties), {
    requiredKeys: [...(schema.required ?? [])],
    noNullPrototype: true,
  });
  const values = typeof open === "object" ? fittingValue(open, components) : anyJson;
  const extra = fc.dictionary(anyText, values, { maxKeys: 4, noNullPrototype: true });
  const rarely = open === false || open === undefined ? 30 : 0;
  return fc.oneof(...(rarely > 0 ? [{ weight: rarely, arbitrary: named }] : []), {
    weight: 1,
    arbitrary: fc.tuple(named, extra).map(([some, more]) => ({ ...more, ...some })),
  });
}
