import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributeKinds } from "../../../src/domain/attribute-kinds/registry.ts";
import type { EntityType } from "../../../src/domain/entity-types/entity-type.ts";
import type { QueryContext } from "../../../src/domain/record-query/parse-operand.ts";
import {
  parseRecordQuery,
  type RecordListInput,
} from "../../../src/domain/record-query/parse-record-query.ts";
import { AppError } from "../../../src/errors.ts";
import { proof } from "../../support/proof.ts";
import { attributeOf } from "../attribute-kinds/fixture.ts";

const ME = "0192f0c1-2b3c-7d4e-8f50-123456789abc";
const context: QueryContext = {
  memberId: ME,
  timeZone: "Europe/Moscow",
  defaultCountry: "RU",
  now: new Date("2026-11-24T10:00:00Z"),
};

/** One attribute of each kind, named like it. */
const things: EntityType = {
  id: "0192f0c1-0000-7000-8000-000000000002",
  number: 1,
  name: "things",
  displayName: "Things",
  displayAttributeId: null,
  schemaVersion: 1,
  recordCount: 0,
  lastRecordNumber: 0,
  related: new Map(),
  createdAt: "",
  updatedAt: "",
  attributes: attributeKinds.map((kind, i) => ({
    ...attributeOf(kind, {}, kind.settingNames.includes("options") ? ["New", "Won"] : []),
    name: kind.name,
    number: i + 1,
    indexed: kind.indexedByDefault,
  })),
};

function parse(input: RecordListInput) {
  return parseRecordQuery(input, things, context);
}

function filterOf(filters: unknown) {
  return parse({ filters }).query.filter;
}

/** `path code` of each issue. */
function issuesOf(input: RecordListInput): string[] {
  try {
    parse(input);
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "invalid_input") throw error;
    return error.issues.map(({ path, code }) => `${path} ${code}`);
  }
}

describe("filters", () => {
  test("a leaf, a list of one, groups of one and JSON text are the same", () => {
    const leaf = { field: "integer", op: "gte", value: 5 };
    const expected = filterOf(leaf);
    expect(expected).toMatchObject({
      type: "leaf",
      place: { in: "values", attribute: { name: "integer" } },
      test: { type: "in_range", low: { value: { key: 5, exact: 5 }, inclusive: true } },
      negated: false,
    });
    for (const same of [[leaf], { and: [leaf] }, { or: [leaf] }, JSON.stringify(leaf), { and: [[leaf]] }]) {
      expect(filterOf(same)).toEqual(expected);
    }
  });

  test.each([[undefined], [null], [""], ["  "], [[]], ["[]"], [{ and: [] }]])(
    "%j asks for everything",
    (filters) => {
      expect(filterOf(filters)).toBeUndefined();
    },
  );

  test("the operator is eq unless given", () => {
    expect(filterOf([{ field: "string", value: "x" }])).toEqual(
      filterOf([{ field: "string", op: "eq", value: "x" }]),
    );
  });

  test.each([
    ["string", "eq", "Ёлка", ["елка"]],
    ["email", "is_not_an_operator", "", undefined],
    ["email", "eq", "Sales@Example.com", ["sales@example.com"]],
    ["phone", "eq", "8 912 345-67-89", ["+79123456789"]],
    ["select", "eq", "won", [20]],
    ["boolean", "eq", true, [1]],
    ["user", "eq", "$me", [ME]],
    ["owner_id", "eq", "$me", [ME]],
    ["created_by", "eq", { id: ME, full_name: "Demo" }, [ME]],
    ["id", "eq", ME.toUpperCase(), [ME]],
    ["date", "is", "yesterday", ["2026-11-23"]],
    ["datetime", "eq", "2025-09-01T10:00:00+03:00", ["2025-09-01T07:00:00.000Z"]],
    ["integer", "in", [3, 1], [3, 1]],
  ])("%s %s %j compares with %j", (field, op, value, exact) => {
    if (!exact) {
      expect(issuesOf({ filters: { field, op, value } })).toEqual(["filters.op unknown_operator"]);
      return;
    }
    const values = exact.map((text) => expect.objectContaining({ exact: text }));
    expect(filterOf({ field, op, value })).toMatchObject({
      test: { type: "is_one_of", values, orBlank: false },
    });
  });

  test("keys of long texts are cut off, what is compared with the record is not", () => {
    const filter = filterOf({ field: "string", value: "Я".repeat(300) });
    expect(filter).toMatchObject({ test: { values: [{ key: "я".repeat(200), exact: "я".repeat(300) }] } });
  });

  test.each([[null], [""], ["  "]])("eq %j is blank, neq its opposite, and lists may hold it", (value) => {
    const blank = filterOf({ field: "string", op: "blank" });
    expect(filterOf({ field: "string", op: "eq", value })).toEqual(blank);
    expect(filterOf({ field: "string", op: "neq", value })).toEqual({ ...blank, negated: true });
    expect(filterOf({ field: "string", op: "not_blank" })).toEqual({ ...blank, negated: true });
    expect(filterOf({ field: "string", op: "in", value: [value] })).toEqual(blank);
  });

  test("rules for storing do not limit asking", () => {
    const attributes = things.attributes.map((attribute) => ({
      ...attribute,
      settings: { min: 10, max: 20, min_length: 3, max_length: 4, format: "inn" },
    }));
    const strict = { ...things, attributes };
    const filters = [
      { field: "integer", op: "between", value: [0, 100] },
      { field: "string", op: "neq", value: "1" },
    ];
    expect(parseRecordQuery({ filters }, strict, context).query.filter).toMatchObject({ type: "and" });
  });

  test("periods are ranges, and so is a plain day where moments are compared", () => {
    expect(filterOf({ field: "date", op: "is", value: "this_month" })).toMatchObject({
      test: {
        type: "in_range",
        low: { value: { key: "2026-11-01" } },
        high: { value: { key: "2026-11-30" } },
      },
    });
    expect(filterOf({ field: "date", op: "is_within", value: "this_month" })).toEqual(
      filterOf({ field: "date", op: "is_within", value: ["2026-11-01", "2026-11-30"] }),
    );
    expect(filterOf({ field: "created_at", op: "is_before", value: "2026-11-24" })).toMatchObject({
      test: { high: { value: { key: "2026-11-23T21:00:00.000Z" }, inclusive: false } },
    });
    expect(filterOf({ field: "datetime", op: "is_after", value: "today" })).toMatchObject({
      test: { low: { value: { key: "2026-11-24T20:59:59.999Z" }, inclusive: false } },
    });
    expect(
      filterOf({ field: "datetime", op: "not_in", value: ["today", null, "2025-01-01T00:00:00Z"] }),
    ).toMatchObject({
      type: "not",
      node: {
        type: "or",
        nodes: [{ test: { type: "in_range" } }, { test: { type: "is_one_of", orBlank: true } }],
      },
    });
  });

  test("text operators fold as their kind does", () => {
    expect(filterOf({ field: "text", op: "not_contains", value: "  ЁЛКА " })).toMatchObject({
      test: { type: "has_text", at: "anywhere", text: "елка" },
      negated: true,
    });
    expect(filterOf({ field: "phone", op: "ends_with", value: "45-67" })).toMatchObject({
      test: { type: "has_text", at: "end", text: "4567" },
    });
  });
});

describe("what is wrong is told with its path", () => {
  const leaf = { field: "integer", value: 1 };
  test.each<[unknown, string]>([
    [5, "filters wrong_type"],
    ["{", "filters invalid_format"],
    ["7", "filters wrong_type"],
    [[1], "filters[0] wrong_type"],
    [{}, "filters.field required"],
    [{ and: 1 }, "filters.and wrong_type"],
    [{ and: [leaf], or: [leaf] }, "filters.or unknown_field"],
    [{ not: [[null]] }, "filters.not[0][0] wrong_type"],
    [{ ...leaf, extra: 1 }, "filters.extra unknown_field"],
    [[leaf, { field: "nope", value: 1 }], "filters[1].field unknown_field"],
    [{ field: 5, value: 1 }, "filters.field unknown_field"],
    [{ field: "position", value: "a0" }, "filters.field unknown_field"],
    [{ field: "company.city", value: "x" }, "filters.field unknown_field"],
    [{ field: "__proto__", value: "x" }, "filters.field unknown_field"],
    [
      { and: [{ or: [{ field: "integer", op: "like", value: 1 }] }] },
      "filters.and[0].or[0].op unknown_operator",
    ],
    [{ field: "integer", op: "contains", value: "1" }, "filters.op unknown_operator"],
    [{ field: "id", op: "neq", value: ME }, "filters.op unknown_operator"],
    [{ field: "integer", op: null, value: 1 }, "filters.op unknown_operator"],
    [{ field: "integer" }, "filters.value required"],
    [{ field: "integer", value: "1" }, "filters.value not_an_integer"],
    [{ field: "integer", value: 1.9 }, "filters.value not_an_integer"],
    [{ field: "integer", value: 2 ** 70 }, "filters.value too_big"],
    [{ field: "boolean", value: "yes" }, "filters.value not_a_boolean"],
    [{ field: "select", value: "Lost" }, "filters.value unknown_option"],
    [{ field: "string", value: 5 }, "filters.value wrong_type"],
    [{ field: "string", value: "a\0" }, "filters.value not_storable_text"],
    [{ field: "string", op: "contains", value: "\ud800" }, "filters.value not_storable_text"],
    [{ field: "string", op: "contains", value: " " }, "filters.value required"],
    [{ field: "string", op: "starts_with", value: ["a"] }, "filters.value wrong_type"],
    [{ field: "id", value: "1" }, "filters.value invalid_uuid"],
    [{ field: "date", value: "someday" }, "filters.value not_a_date"],
    [{ field: "date", value: { days_ago: "7" } }, "filters.value not_an_integer"],
    [{ field: "time", value: "today" }, "filters.value not_a_time"],
    [{ field: "string", value: "$me" }, ""],
    [{ field: "user", value: "me" }, "filters.value invalid_uuid"],
    [{ field: "integer", op: "in", value: 1 }, "filters.value wrong_type"],
    [{ field: "integer", op: "in", value: [1, "2"] }, "filters.value[1] not_an_integer"],
    [{ field: "integer", op: "in", value: Array(201).fill(1) }, "filters.value too_many_items"],
    [{ field: "integer", op: "between", value: [1] }, "filters.value wrong_type"],
    [{ field: "integer", op: "between", value: [1, null] }, "filters.value required"],
    [{ field: "integer", op: "gt", value: null }, "filters.value required"],
    [{ field: "integer", op: "blank", value: false }, "filters.value not_with"],
  ])("%j", (filters, issue) => {
    expect(issuesOf({ filters })).toEqual(issue === "" ? [] : [issue]);
  });

  test.each<[RecordListInput, string[]]>([
    [{ sort: "integer,-nope" }, ["sort[1] unknown_field"]],
    [{ sort: "integer,-integer" }, ["sort[1] given_twice"]],
    [{ sort: "id" }, ["sort[0] unknown_field"]],
    [{ sort: "string,integer,float,date,time" }, ["sort too_many_items"]],
    [{ sort: [{ field: "integer", order: "down" }] }, ["sort[0].order invalid_choice"]],
    [{ sort: [{ field: "nope" }, "integer"] }, ["sort[1] wrong_type", "sort[0].field unknown_field"]],
    [{ sort: [{ field: "integer", way: 1 }] }, ["sort[0].way unknown_field"]],
    [{ sort: 5 }, ["sort wrong_type"]],
    [{ sort: "integer", sort_by: "float" }, ["sort_by not_with"]],
    [{ sort_by: "nope" }, ["sort_by unknown_field"]],
    [{ sort_order: "down" }, ["sort_order invalid_choice"]],
    [{ fields: "integer,nope" }, ["fields[1] unknown_field"]],
    [{ fields: [1] }, ["fields[0] unknown_field"]],
    [{ fields: 1 }, ["fields wrong_type"]],
    [{ skip: 5, cursor: "x" }, ["skip not_with"]],
    [{ trash: true, sort: "integer" }, ["sort not_with"]],
    [
      { filters: [1], sort: "nope", fields: "nope" },
      ["filters[0] wrong_type", "sort[0] unknown_field", "fields[0] unknown_field"],
    ],
  ])("%j", (input, issues) => {
    expect(issuesOf(input)).toEqual(issues);
  });

  const nested = (depth: number, group: "and" | "not") => {
    let filter: unknown = { field: "integer", value: 1 };
    for (let i = 0; i < depth; i++) filter = group === "not" ? { not: filter } : { and: [filter] };
    return filter;
  };

  test.each(["and", "not"] as const)("eight groups of %s in each other and no more", (group) => {
    expect(issuesOf({ filters: nested(8, group) })).toEqual([]);
    const [issue = ""] = issuesOf({ filters: nested(9, group) });
    expect(issue).toMatch(/^filters(\.\w+(\[0\])?){8}(\.and)? too_deep$/);
    expect(issuesOf({ filters: nested(5_000, group) })).toHaveLength(1);
  });

  test("fifty conditions and no more, however they come about", () => {
    const leaf = { field: "integer", value: 1 };
    expect(issuesOf({ filters: Array(50).fill(leaf) })).toEqual([]);
    expect(issuesOf({ filters: Array(51).fill(leaf) })).toEqual(["filters[50] too_many_items"]);
    expect(issuesOf({ filters: [{ or: Array(40).fill(leaf) }, { or: Array(40).fill(leaf) }] })).toHaveLength(
      1,
    );
    expect(issuesOf({ filters: Array(10_000).fill({ or: [] }) })).toEqual(["filters[50].or too_many_items"]);
    const weeks = { field: "date", op: "in", value: Array(60).fill("this_week") };
    expect(issuesOf({ filters: weeks })).toEqual(["filters too_many_items"]);
    expect(issuesOf({ filters: Array(10_000).fill(5) }).length).toBeLessThan(100);
  });
});

describe("any JSON as filters", () => {
  test("is a checked tree or an issue under `filters`", () => {
    const numRuns = proof(
      "any JSON as filters is checked or refused",
      { full: 50_000, reduced: 1_000 },
      20_261_126,
    );
    const word = fc.constantFrom(
      ...["and", "or", "not", "field", "op", "value", "days_ago", "type", "amount", "id"],
      ...[
        "eq",
        "in",
        "between",
        "contains",
        "blank",
        "is",
        "today",
        "$me",
        "number_of_days_ago",
        "__proto__",
      ],
      ...things.attributes.map(({ name }) => name),
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6 },
        fc.oneof(word, fc.jsonValue(), fc.double(), fc.string({ unit: "binary" })),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(word, tie("any"), { maxKeys: 3 }),
        fc.record({ field: word, op: word, value: tie("any") }, { requiredKeys: ["field"] }),
        fc.record({ and: fc.array(tie("any"), { maxLength: 3 }) }),
      ),
    }));
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          any,
          any.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (filters) => {
          const issues = issuesOf({ filters });
          if (issues.length === 0) accepted += 1;
          for (const issue of issues) expect(issue).toMatch(/^filters(\.|\[| )/);
        },
      ),
      { numRuns, seed: 20_261_126 },
    );
    expect(accepted).toBeGreaterThan(numRuns / 100);
  });
});

describe("sets", () => {
  const items = (op: string, value: unknown) => filterOf({ field: "multiselect", op, value });

  test.each([
    ["has_any", ["won", "New", "Won"], { all: false, items: [20, 10] }, false],
    ["has_all", ["New"], { all: true, items: [10] }, false],
    ["has_none", [], { all: false, items: [] }, true],
  ])("%s %j", (op, value, test, negated) => {
    expect(items(op, value)).toMatchObject({ type: "leaf", test: { type: "has_items", ...test }, negated });
  });

  test.each([
    ["has_any", "New", ["filters.value wrong_type"]],
    ["has_any", undefined, ["filters.value wrong_type"]],
    ["has_all", ["New", "Lost", null, ["New"]], ["[1] unknown_option", "[2] required", "[3] wrong_type"]],
    ["has_none", Array.from({ length: 201 }, () => "New"), ["filters.value too_many_items"]],
    ["eq", ["New"], ["filters.op unknown_operator"]],
  ])("%s %j is refused", (op, value, expected) => {
    const issues = issuesOf({ filters: { field: "multiselect", op, value } });
    expect(issues.map((issue) => issue.replace(/^filters\.value(?=\[)/, ""))).toEqual(expected);
  });

  test("neither sets nor JSON can be sorted by, and JSON is only there or not", () => {
    expect(issuesOf({ sort: "multiselect,json" })).toEqual([
      "sort[0] unknown_field",
      "sort[1] unknown_field",
    ]);
    expect(issuesOf({ filters: { field: "json", op: "eq", value: 1 } })).toEqual([
      "filters.op unknown_operator",
    ]);
    expect(issuesOf({ filters: { field: "json", op: "not_blank" } })).toEqual([]);
  });
});

describe("kinds", () => {
  const ordered = attributeKinds.filter((kind) => kind.canBeSorted !== false);

  test.each(ordered.map((kind) => [kind.name, kind] as const))("%s compares as it says", (_name, kind) => {
    const attribute = attributeOf(kind, {}, kind.name === "select" ? ["New"] : []);
    const samples = [
      "Ёлка@example.com",
      "+79123456789",
      "https://Example.com/É",
      "2025-09-01",
      "2025-09-01T10:00:00Z",
      "09:30",
      "New",
      ME,
      5,
      0.5,
      true,
      false,
      "Я".repeat(300),
    ];
    const values = samples.flatMap((raw) => {
      try {
        const value = kind.parse(raw, attribute, context);
        return value === null ? [] : [value];
      } catch {
        return [];
      }
    });
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) {
      const key = kind.indexKey(value, attribute);
      const compared = kind.comparesFolded ? kind.foldedText?.(value, attribute) : value;
      if (typeof compared === "string") expect(key).toBe([...compared].slice(0, 200).join(""));
      else expect(key).toBe(Number(compared));
    }
  });
});
