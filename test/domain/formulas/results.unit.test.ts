import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/domain/attribute-kinds/kind.ts";
import { result, resultType } from "./fixture.ts";

type Case = readonly [text: string, expected: Json, values?: Record<string, Json>];

const check = (cases: readonly Case[]) =>
  test.each(cases.map(([text, expected, values = {}]) => ({ text, expected, values })))(
    "$text",
    ({ text, expected, values }) => {
      expect(result(text, values)).toEqual(expected);
    },
  );

describe("operators bind as in arithmetic, from the left", () => {
  check([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 4 - 3", 3],
    ["100 / 10 / 5", 2],
    ["2 * -3", -6],
    ["-2 * -3", 6],
    ["--5", 5],
    ["-{quantity} + 10", 7, { quantity: 3 }],
    ["17 % 5 * 2", 4],
    ["-7 % 3", 2],
    ["7 % -3", -2],
    ["1 + 1 & 2 * 2", "24"],
    ['"a" & "b" = "ab"', true],
    ["1 + 1 = 2", true],
    ["2 * 3 > 5", true],
    ["1 <> 1", false],
    ["1 == 1", true],
    [".5 + 1.25", 1.75],
  ]);
});

describe("numbers do not drift", () => {
  check([
    ["0.1 + 0.2", 0.3],
    ["0.1 + 0.2 = 0.3", true],
    ["{weight} * 3", 0.3, { weight: 0.1 }],
    ["1.1 * 1.1", 1.21],
    ["1 / 3 * 3", 1],
    ["1 / 3", 1 / 3],
    ["2 / 3", 2 / 3],
    ["9007199254740991 + 0", 9_007_199_254_740_991],
    ["{weight} / 2", 5e-8, { weight: 1e-7 }],
  ]);
});

describe("money is exact", () => {
  check([
    ["{price} * {quantity}", 59.97, { price: 19.99, quantity: 3 }],
    ["{price} * 1.15", 1.73, { price: 1.5 }],
    ["{price} * {discount} / 100", 0.02, { price: 0.1, discount: 15 }],
    ["{price} * -1.15", -1.73, { price: 1.5 }],
    ["{price} / 3 * 3", 100, { price: 100 }],
    ["{price} / 3", 33.33, { price: 100 }],
    ["{price} + {fee}", 0.3, { price: 0.1, fee: 0.2 }],
    ["{price} - {fee}", -0.1, { price: 0.1, fee: 0.2 }],
    ["{price} + 10", 10.5, { price: 0.5 }],
    ["{price} / {fee}", 2.5, { price: 5, fee: 2 }],
    ["{price} % {fee}", 1, { price: 5, fee: 2 }],
    ["{dinars} * 2", 0.25, { dinars: 0.125 }],
    ["{price} > 1000", true, { price: 1000.01 }],
    ["IF({price} > {fee}, {price}, 0)", 5, { price: 5, fee: 4.99 }],
    ["ROUND({price})", 3, { price: 2.5 }],
    ["ROUND({price} * 1, 1)", 2.6, { price: 2.55 }],
    ["ABS({price})", 2.5, { price: -2.5 }],
    ['"Σ " & {price}', "Σ 2.50", { price: 2.5 }],
    // The greatest amounts keep their last kopeck.
    ["{price} + 0.01", 9_999_999_999_999.99, { price: 9_999_999_999_999.98 }],
    ["{price} + 0.02", null, { price: 9_999_999_999_999.98 }],
  ]);
});

describe("blanks make results blank, but for what is there to deal with them", () => {
  check([
    ["{quantity} + 1", null],
    ["-{quantity}", null],
    ["{price} * {quantity}", null, { price: 5 }],
    ["ROUND({weight}, 2)", null],
    ["UPPER({title})", null],
    ["LEN({title})", null],
    ["YEAR({due})", null],
    ["COALESCE({quantity}, 7)", 7],
    ["COALESCE({quantity}, {stars})", null],
    ["ISBLANK({quantity})", true],
    ["ISBLANK({title})", false, { title: "x" }],
    ["IF({paid}, 1, 2)", 2],
    ["IF({paid}, 1)", null],
    ["IF({paid}, {quantity}, 2)", null, { paid: true }],
    ["CONCAT({title}, {quantity}, 'x')", "x"],
    ["{title} & {notes}", null],
    ["MIN({quantity}, 3, {stars})", 3],
    ["MAX({quantity}, {stars})", null],
    ["AND({paid}, TRUE)", true],
    ["OR({paid}, FALSE)", false],
    ["AND({paid})", null],
    ["NOT({paid})", null],
    ["{title} = ''", true],
    ["{title} = NULL", true],
    ["{quantity} = 3", false],
    ["{quantity} != 3", true],
    ["{quantity} < 3", false],
    ["{quantity} >= 3", false],
    ["{quantity} > {stars}", false],
    ["COALESCE(NULL, 'a')", "a"],
    ["TRIM('  ')", null],
  ]);
});

describe("what cannot be calculated is blank", () => {
  check([
    ["1 / 0", null],
    ["{quantity} / {stars}", null, { quantity: 1 }],
    ["1 % 0", null],
    ["{price} / 0", null, { price: 1 }],
    ["9007199254740991 + 1", null],
    ["9007199254740992 * 1.5", null],
    ["{weight} * {weight} * {weight}", null, { weight: 1e15 }],
    ["{weight} * {weight} * {weight} / {weight} / {weight}", 1e15, { weight: 1e15 }],
    ["COALESCE(1 / 0, 5)", 5],
  ]);
});

describe("functions", () => {
  check([
    ["IF(1 < 2, 'yes', 'no')", "yes"],
    ["if(FALSE; 'yes'; 'no')", "no"],
    ["AND(TRUE, 1 = 1, FALSE)", false],
    ["OR(FALSE, 2 > 1)", true],
    ["NOT(FALSE)", true],
    ["ROUND(2.5)", 3],
    ["ROUND(-2.5)", -3],
    ["ROUND(2.345, 2)", 2.35],
    ["ROUND(1234.5, -2)", 1200],
    ["ROUND(1.005, 2)", 1.01],
    ["ABS(-1.5)", 1.5],
    ["FLOOR(-1.5)", -2],
    ["FLOOR(1.5)", 1],
    ["CEIL(-1.5)", -1],
    ["CEIL(1.2)", 2],
    ["MIN(3, 1, 2)", 1],
    ["MAX(3, 10, 2)", 10],
    ["MAX({due}, {signed})", "2025-03-01", { due: "2025-02-28", signed: "2025-03-01" }],
    ["MIN({price}, 3)", 2.5, { price: 2.5 }],
    ["CONCAT('a', 1, TRUE, 0.5)", "a1TRUE0.5"],
    [
      "CONCAT({due}, ' ', {meeting})",
      "2025-02-28 2025-02-28T10:00:00Z",
      { due: "2025-02-28", meeting: "2025-02-28T10:00:00Z" },
    ],
    ["UPPER('ёлка')", "ЁЛКА"],
    ["LOWER('ÀB')", "àb"],
    ["TRIM('  a   b ')", "a b"],
    ["LEN('ёж😀')", 3],
    ["COALESCE({title}, 'none')", "none"],
    ["{stage} & '!'", "Отказ!", { stage: "Отказ" }],
    ["LEN({email})", 11, { email: "desk@a.test" }],
    ["'say ''hi'''", "say 'hi'"],
    ['"say ""hi"""', 'say "hi"'],
  ]);
});

describe("texts are compared as people compare them", () => {
  check([
    ["{title} = 'елка'", true, { title: "ЁЛКА" }],
    ["{stage} = 'won'", true, { stage: "Won" }],
    ["'a' < 'B'", true],
    ["{stage} != 'won'", true],
  ]);
});

describe("dates and times", () => {
  const dates = { due: "2025-01-31", signed: "2025-03-01" };
  check([
    ["YEAR({due})", 2025, dates],
    ["MONTH({due})", 1, dates],
    ["DAY({due})", 31, dates],
    // Half past ten in the evening of the last day of the year in UTC is the next year in Moscow.
    ["YEAR({meeting})", 2026, { meeting: "2025-12-31T22:30:00Z" }],
    ["DATEDIFF({due}, {signed}, 'days')", 29, dates],
    ["DATEDIFF({signed}, {due}, 'days')", -29, dates],
    ["DATEDIFF({due}, {signed}, 'weeks')", 4, dates],
    ["DATEDIFF({due}, {signed}, 'months')", 1, dates],
    ["DATEDIFF({signed}, {due}, 'months')", -1, dates],
    ["DATEDIFF({due}, {signed}, 'years')", 0, dates],
    [
      "DATEDIFF({meeting}, DATEADD({meeting}, 90, 'minutes'), 'hours')",
      1,
      { meeting: "2025-01-01T00:00:00Z" },
    ],
    [
      "DATEDIFF({meeting}, DATEADD({meeting}, 90, 'minutes'), 'second')",
      5400,
      { meeting: "2025-01-01T00:00:00Z" },
    ],
    ["DATEDIFF({due}, {meeting}, 'days')", 1, { due: "2025-01-31", meeting: "2025-01-31T21:00:00Z" }],
    ["DATEADD({due}, 1, 'month')", "2025-02-28", dates],
    ["DATEADD({due}, 13, 'MONTHS')", "2026-02-28", dates],
    ["DATEADD({due}, -1, 'years')", "2024-01-31", dates],
    ["DATEADD({due}, 1, 'quarter')", "2025-04-30", dates],
    ["DATEADD({due}, 2, 'weeks')", "2025-02-14", dates],
    ["DATEADD({due}, 1.9, 'days')", "2025-02-01", dates],
    ["DATEADD({due}, 9999, 'years')", null, dates],
    ["DATEADD({due}, 9007199254740991, 'days')", null, dates],
    // One in the night of 31 January in Moscow; a month later it is the last day of February there.
    ["DATEADD({meeting}, 1, 'months')", "2025-02-27T22:00:00Z", { meeting: "2025-01-30T22:00:00Z" }],
    ["{due} < {signed}", true, dates],
    ["{meeting} = {due}", true, { due: "2025-02-01", meeting: "2025-01-31T21:00:00Z" }],
    ["{opens} > {opens}", false, { opens: "09:30" }],
    ["TODAY()", "2025-11-26"],
    ["DATEDIFF({due}, TODAY(), 'days')", 5, { due: "2025-11-21" }],
    ["{due} < TODAY()", true, { due: "2025-11-25" }],
  ]);
});

test.each([
  ["1", "integer"],
  ["1.5", "float"],
  ["{quantity} * {stars} - 1", "integer"],
  ["{quantity} / 2", "float"],
  ["ROUND({weight})", "integer"],
  ["ROUND({weight}, 2)", "float"],
  ["FLOOR({weight})", "integer"],
  ["{weight} * {quantity}", "float"],
  ["{price} * {quantity}", "currency RUB"],
  ["2 * {dollars}", "currency USD"],
  ["{price} / {fee}", "float"],
  ["COALESCE({price}, 0)", "currency RUB"],
  ["FLOOR({price})", "currency RUB"],
  ["{title} & 1", "string"],
  ["{stage}", "string"],
  ["{price} > 1", "boolean"],
  ["{due}", "date"],
  ["DATEADD({meeting}, 1, 'days')", "datetime"],
  ["{opens}", "time"],
  ["LEN({title})", "integer"],
  ["TODAY()", "date on read"],
  ["DATEDIFF({due}, today(), 'days') > 3", "boolean on read"],
])("%s is of type %s", (text, expected) => {
  expect(resultType(text)).toBe(expected);
});
