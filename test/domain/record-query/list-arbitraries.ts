import fc from "fast-check";
import type { ModelField, ModelSearch } from "./list-model.ts";

const OPTIONS = ["New", "Won", "Lost", "Ёж"];

/** Each kind twice, with index rows and without; texts, sets and JSON cannot have any. */
export const FIELDS: readonly (ModelField & { readonly indexed: boolean })[] = [
  ...[
    "string",
    "integer",
    "float",
    "currency",
    "percent",
    "rating",
    "boolean",
    "date",
    "datetime",
    "time",
    "email",
    "phone",
    "url",
    "user",
  ].flatMap((kind) => [
    { name: `${kind}_i`, kind, indexed: true },
    { name: `${kind}_u`, kind, indexed: false },
  ]),
  { name: "text_u", kind: "text", indexed: false },
  ...[true, false].map((indexed) => ({
    name: `select_${indexed ? "i" : "u"}`,
    kind: "select",
    options: OPTIONS,
    indexed,
  })),
  { name: "multiselect_u", kind: "multiselect", options: OPTIONS, indexed: false },
  { name: "json_u", kind: "json", indexed: false },
];

/** Kinds whose values are in no order. */
const UNSORTED = ["multiselect", "json"];

const LONG = "б".repeat(205);

/** Few different values, so that filters find something and sorts have ties; odd ones among them. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  string: [
    "Acme",
    "ACME",
    "acme ltd",
    "Ёлка",
    "елка",
    "élan",
    "100%",
    "a_b",
    LONG,
    `${LONG}a`,
    `${LONG}b`,
    "😀 x",
    "ﬁn",
  ],
  text: ["Acme", "first\nsecond", "ёлка", LONG, `${LONG}z`, "x 😀"],
  integer: [-7, 0, 1, 2, 10, 9_007_199_254_740_991, -9_007_199_254_740_991],
  float: [-0.5, 0, 0.1, 0.30000000000000004, 1, 1e-300, 123456.789012345, 9_007_199_254_740_992],
  boolean: [true, false],
  date: ["0001-01-01", "2024-02-29", "2025-12-31", "9999-12-31"],
  datetime: [
    "2025-09-01T10:00:00Z",
    "2025-09-01T10:00:00.001Z",
    "2025-08-31T21:00:00Z",
    "2025-08-31T20:59:59.999Z",
  ],
  time: ["00:00:00", "09:30:00", "23:59:59"],
  email: ["Sales@example.com", "sales@example.com", "ёж@example.com", "b@example.org"],
  phone: ["+79123456789", "+79123456780", "+12133734253"],
  url: ["https://example.com/A", "https://example.com/a", "http://example.org"],
  currency: [-0.01, 0, 0.1, 0.3, 9.99, 10, 9_999_999_999_999.99],
  percent: [-0.5, 0, 33.333333333333336, 100],
  rating: [1, 2, 5],
  select: OPTIONS,
  multiselect: [["New"], ["New", "Lost"], ["Won", "Lost", "Ёж"], OPTIONS, []],
  json: [0, false, [], {}, "text", { a: [1, null] }],
};

const OPERATORS = {
  presence: ["blank", "not_blank"],
  equality: ["eq", "neq", "in", "not_in"],
  order: ["gt", "gte", "lt", "lte", "between"],
  text: ["contains", "not_contains", "starts_with", "ends_with"],
  sets: ["has_any", "has_all", "has_none"],
  calendar: ["is", "is_not", "is_before", "is_after", "is_on_or_before", "is_on_or_after", "is_within"],
} as const;

const PARTS = [
  "a",
  "A",
  "лк",
  "б",
  LONG,
  "😀",
  "com",
  "sales",
  "912",
  "+7 912",
  "%",
  "_",
  "Ё",
  "d",
  "+7",
  "7",
  "79",
];

function operatorsOf(kind: string): readonly string[] {
  const { presence, equality, order, text, calendar, sets } = OPERATORS;
  if (kind === "json") return presence;
  if (kind === "multiselect") return [...sets, ...presence];
  if (kind === "boolean") return ["eq", "neq", ...presence];
  if (["integer", "float", "currency", "percent", "rating"].includes(kind))
    return [...equality, ...order, ...presence];
  if (kind === "date" || kind === "datetime" || kind === "time") {
    return [...equality, ...order, ...calendar, ...presence];
  }
  return kind === "user" || kind === "select"
    ? [...equality, ...presence]
    : [...equality, ...text, ...presence];
}

export interface Lists {
  /** Values of a new record by field name. */
  readonly values: fc.Arbitrary<Record<string, unknown>>;
  /** One condition, on any field by any of its operators. */
  readonly leaf: fc.Arbitrary<unknown>;
  readonly filters: fc.Arbitrary<unknown>;
  readonly sort: fc.Arbitrary<{ field: string; order: "asc" | "desc" }[]>;
  readonly search: fc.Arbitrary<ModelSearch>;
}

/** Words and parts of words that there are, of every length, and some that there are not. */
const SOUGHT = [
  ...[
    "a",
    "ac",
    "acm",
    "ACME",
    "me",
    "ltd",
    "l",
    "ёлка",
    "Е",
    "ёж",
    "лка",
    "élan",
    "100%",
    "a_b",
    "b",
    "ex",
    "com",
  ],
  ...[
    "sales@",
    "@",
    "@ex",
    "example.c",
    "912 345",
    "+7",
    "+7 (912)",
    "79123456789",
    "213",
    "2",
    "x 😀",
    "😀",
    "😀 x",
  ],
  ...[
    "first second",
    "ond",
    "s",
    "бб",
    "ббб",
    '"',
    "fin",
    "ﬁ",
    "OR",
    "acme AND",
    "*",
    "zzz",
    "htt",
    "ht",
    "/",
    " ",
  ],
];

/** `now` as the lists will see it, to the day; members are ids. */
export function listArbitraries(members: readonly string[], now: Date): Lists {
  const today = new Date(now.getTime() + 3 * 3_600_000).toISOString().slice(0, 10);
  const values: Record<string, readonly unknown[]> = {
    ...VALUES,
    date: [...(VALUES.date ?? []), today],
    datetime: [...(VALUES.datetime ?? []), now.toISOString()],
    user: members,
  };
  const anyOf = (kind: string) => fc.constantFrom(...(values[kind] ?? []));
  const field = fc.constantFrom(
    ...FIELDS,
    { name: "created_at", kind: "datetime" },
    { name: "owner_id", kind: "user" },
    { name: "created_by", kind: "user" },
  );

  const operand = (kind: string): fc.Arbitrary<unknown> => {
    const special: unknown[] =
      kind === "user"
        ? ["$me"]
        : kind === "date" || kind === "datetime"
          ? ["today", "yesterday", "this_year"]
          : [];
    if (kind === "date" || kind === "datetime") special.push({ days_ago: 0 }, "last_year", "2025-09-01");
    return special.length === 0
      ? anyOf(kind)
      : fc.oneof(
          { weight: 3, arbitrary: anyOf(kind) },
          { weight: 1, arbitrary: fc.constantFrom(...special) },
        );
  };
  const leaf = field.chain(({ name, kind }) =>
    fc.constantFrom(...operatorsOf(kind)).chain((op) => {
      const one = operand(kind);
      const orBlank = fc.option(one, { nil: null, freq: 8 });
      const value: fc.Arbitrary<unknown> = OPERATORS.sets.includes(op as "has_any")
        ? fc.array(fc.constantFrom(...OPTIONS), { maxLength: 3 })
        : op === "in" || op === "not_in"
          ? fc.array(orBlank, { maxLength: 4 })
          : op === "between" || op === "is_within"
            ? fc.tuple(one, one)
            : OPERATORS.text.includes(op as "contains")
              ? fc.constantFrom(...PARTS)
              : OPERATORS.presence.includes(op as "blank")
                ? fc.constant(undefined)
                : ["eq", "neq", "is", "is_not"].includes(op)
                  ? orBlank
                  : one;
      return value.map((operandValue) => ({ field: name, op, value: operandValue }));
    }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { weight: 4, arbitrary: leaf },
      { weight: 1, arbitrary: fc.record({ and: fc.array(tie("tree"), { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ or: fc.array(tie("tree"), { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ not: tie("tree") }) },
    ),
  }));

  return {
    search: fc.record(
      {
        q: fc
          .array(fc.constantFrom(...SOUGHT), { minLength: 1, maxLength: 2 })
          .map((words) => words.join(" ")),
        fields: fc.subarray(["string_i", "string_u", "text_u", "email_u", "phone_i", "url_u"], {
          minLength: 1,
        }),
      },
      { requiredKeys: ["q"] },
    ),
    values: fc.record(
      Object.fromEntries(
        FIELDS.map(({ name, kind }) => [name, fc.option(anyOf(kind), { nil: null, freq: 4 })]),
      ),
    ),
    leaf,
    filters: fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: leaf },
      { weight: 3, arbitrary: tree },
      { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
    ),
    sort: fc.oneof(
      { weight: 1, arbitrary: fc.constant<{ field: string; order: "asc" | "desc" }[]>([]) },
      {
        weight: 3,
        arbitrary: fc.uniqueArray(
          fc.record({
            field: fc.constantFrom(
              ...FIELDS.filter(({ kind }) => !UNSORTED.includes(kind)).map(({ name }) => name),
              "position",
              "created_at",
              "owner_id",
            ),
            order: fc.constantFrom("asc" as const, "desc" as const),
          }),
          { maxLength: 4, minLength: 1, selector: ({ field: name }) => name },
        ),
      },
    ),
  };
}
