import { expect, test } from "vitest";
import { problem, withFormulas } from "./fixture.ts";

test.each<[string, object]>([
  ["1 +", { code: "formula_syntax", position: 4, expected: "operand" }],
  ["1 + + 2", { code: "formula_syntax", position: 5, expected: "operand", found: "'+'" }],
  ["(1 + 2", { code: "formula_syntax", position: 7, expected: "operator_or_close" }],
  ["1 2", { code: "formula_syntax", position: 3, expected: "operator_or_end", found: "'2'" }],
  ["1)", { code: "formula_syntax", position: 2, expected: "operator_or_end", found: "')'" }],
  ["MIN(1 2)", { code: "formula_syntax", position: 7, expected: "comma_or_close", found: "'2'" }],
  ["MIN(1,)", { code: "formula_syntax", position: 7, expected: "operand", found: "')'" }],
  ["price * 2", { code: "formula_syntax", position: 1, expected: "field_or_call", found: "'price'" }],
  ["1 + {price", { code: "formula_syntax", position: 5, expected: "closing_brace" }],
  ["'a' & \"b", { code: "formula_syntax", position: 7, expected: "closing_quote" }],
  ["1 ? 2", { code: "formula_syntax", position: 3, expected: "operand_or_operator", found: "'?'" }],
  // Characters are counted as people count them.
  ["'😀' & ?", { code: "formula_syntax", position: 7, found: "'?'" }],
  ["{nothing}", { code: "formula_unknown_field", position: 1, name: "'nothing'" }],
  ["1 + {}", { code: "formula_unknown_field", position: 5, name: "''" }],
  ["{code}", { code: "formula_field_kind", position: 1, name: "code", kind: "autonumber" }],
  ["ISBLANK({tags})", { code: "formula_field_kind", position: 9, kind: "multiselect" }],
  ["{extra} = 1", { code: "formula_field_kind", position: 1, kind: "json" }],
  ["1 & {manager}", { code: "formula_field_kind", position: 5, kind: "user" }],
  ["SUMM(1)", { code: "formula_unknown_function", position: 1, name: "SUMM" }],
  ["toString(1)", { code: "formula_unknown_function", position: 1, name: "TOSTRING" }],
  ["IF(TRUE)", { code: "formula_arguments", position: 1, name: "IF", min: 2, max: 3, count: 1 }],
  ["TODAY(1)", { code: "formula_arguments", position: 1, max: 0, count: 1 }],
  ["1 + {title}", { code: "formula_type", position: 5, expected: "number", found: "text" }],
  ["{due} - {signed}", { code: "formula_type", position: 1, expected: "number", found: "date" }],
  ["IF({quantity}, 1, 2)", { code: "formula_type", position: 4, expected: "boolean", found: "number" }],
  ["IF(TRUE, 1, 'a')", { code: "formula_type", position: 13, expected: "number", found: "text" }],
  ["1 = 'a'", { code: "formula_type", position: 5, expected: "number", found: "text" }],
  ["1 < 2 < 3", { code: "formula_type", position: 9, expected: "boolean", found: "number" }],
  ["UPPER(1)", { code: "formula_type", position: 7, expected: "text", found: "number" }],
  ["MAX('a', 'b')", { code: "formula_type", position: 5, expected: "ordered", found: "text" }],
  ["YEAR('2025')", { code: "formula_type", position: 6, expected: "calendar", found: "text" }],
  ["{price} * {fee}", { code: "formula_type", position: 11, expected: "number", found: "money" }],
  ["1 / {price}", { code: "formula_type", position: 5, expected: "number", found: "money" }],
  ["ROUND(1, {price})", { code: "formula_type", position: 10, expected: "number", found: "money" }],
  ["NULL", { code: "formula_type", position: 1, expected: "operand", found: "blank" }],
  ["IF(TRUE, '')", { code: "formula_type", position: 1, expected: "operand", found: "blank" }],
  ["{price} + {dollars}", { code: "formula_currencies", position: 11, first: "RUB", second: "USD" }],
  ["COALESCE({price}, 0, {dollars})", { code: "formula_currencies", position: 22 }],
  ["DATEADD({due}, 1, 'eons')", { code: "formula_unit", position: 19 }],
  ["DATEADD({due}, 1, {title})", { code: "formula_unit", position: 19 }],
  ["DATEADD({due}, 1, 'hours')", { code: "formula_unit", allowed: "days, weeks, months, quarters, years" }],
  ["DATEDIFF({due}, {meeting}, 'hours')", { code: "formula_unit", position: 28 }],
  ["1+".repeat(200) + 1, { code: "too_many_items", max: 200 }],
  [`${"(".repeat(60)}1${")".repeat(60)}`, { code: "too_deep", max: 50 }],
  [`${"-".repeat(60)}1`, { code: "too_deep", max: 50 }],
])("%s is refused", (text, expected) => {
  expect(problem(text)).toMatchObject(expected);
});

test("names are found in capitals, too, and kept as ids", () => {
  const attribute = withFormulas({ result: '{PRICE} * { quantity } & "{price}"' }).at(-1);
  expect(attribute?.settings.formula_text).toBe(
    '{0192f0c1-0000-7000-8000-000000000007} * {0192f0c1-0000-7000-8000-000000000003} & "{price}"',
  );
});

test("a long way round is a cycle, and those that only use one are not blamed for it", () => {
  const texts = { a: "{b}", b: "{c} + 1", c: "{a} * 2", user: "{a} + 1", fine: "{quantity}" };
  let issues: unknown[] = [];
  try {
    withFormulas(texts);
  } catch (error) {
    issues = (error as { issues: { path: string; code: string; params: object }[] }).issues.map(
      ({ path, code, params }) => [path, code, "path" in params ? params.path : undefined],
    );
  }
  expect(issues).toEqual([
    ["a.formula_text", "formula_cycle", "a → b → c → a"],
    ["b.formula_text", "formula_cycle", "b → c → a → b"],
    ["c.formula_text", "formula_cycle", "c → a → b → c"],
    ["user.formula_text", "formula_of_broken", undefined],
  ]);
});
