import { describe, expect, test } from "vitest";
import { stringKind } from "../../../src/domain/attribute-kinds/string.ts";
import { textKind } from "../../../src/domain/attribute-kinds/text.ts";
import { attributeOf, outcome, settingsOutcome } from "./fixture.ts";

describe("string", () => {
  test.each([
    [null, null],
    [undefined, null],
    ["", null],
    ["  \u00a0 ", null],
    ["\u200b", null],
    ["  ООО «Ромашка» ", "ООО «Ромашка»"],
    ["a  b", "a  b"],
    ["tab\tinside", "tab\tinside"],
    ["ends with a line break\n", "ends with a line break"],
    ["two\nlines", "<has_line_break>"],
    ["two\u2028lines", "<has_line_break>"],
    ["a\0b", "<not_storable_text>"],
    ["\ud83d", "<not_storable_text>"],
    ["x".repeat(1_000), "x".repeat(1_000)],
    ["👍".repeat(1_000), "👍".repeat(1_000)],
    ["x".repeat(1_001), "<too_long>"],
    [12, "<wrong_type>"],
    [true, "<wrong_type>"],
    [["a"], "<wrong_type>"],
    [{}, "<wrong_type>"],
  ])("reads %j as %j", (raw, expected) => {
    expect(outcome(stringKind, raw)).toBe(expected);
  });

  test.each([
    ["ab", "<too_short>"],
    ["abc", "abc"],
    ["abcde", "abcde"],
    ["abcdef", "<too_long>"],
    ["", null],
  ])("between 3 and 5 characters: %j is %j", (raw, expected) => {
    expect(outcome(stringKind, raw, attributeOf(stringKind, { min_length: 3, max_length: 5 }))).toBe(
      expected,
    );
  });

  test.each([
    ["inn", "7707083893", "7707083893"],
    ["inn", " 500100732259 ", "500100732259"],
    ["inn", "7707083894", "<not_an_inn>"],
    ["kpp", "770701001", "770701001"],
    ["kpp", "7707-01001", "<not_a_kpp>"],
    ["ogrn", "1027700132195", "1027700132195"],
    ["ogrn", "304500116000157", "304500116000157"],
    ["ogrn", "1027700132196", "<not_an_ogrn>"],
    ["inn", "", null],
  ])("with the format %s, %j is %j", (format, raw, expected) => {
    expect(outcome(stringKind, raw, attributeOf(stringKind, { format }))).toBe(expected);
  });

  test("its key is folded and capped, its unique key whole", () => {
    const attribute = attributeOf(stringKind);
    expect(stringKind.indexKey("Ёлка  №1", attribute)).toBe("елка no1");
    expect(stringKind.indexKey("Я".repeat(500), attribute)).toBe("я".repeat(200));
    expect(stringKind.uniqueKey?.("Я".repeat(500), attribute)).toBe("я".repeat(500));
    expect(stringKind.foldedText?.("Я".repeat(500), attribute)).toBe("я".repeat(500));
  });

  test("JSON Schema: requests follow the settings, responses what may be stored", () => {
    const attribute = attributeOf(stringKind, { min_length: 2, max_length: 12, format: "inn" });
    expect(stringKind.inputJsonSchema(attribute)).toEqual({
      type: "string",
      minLength: 2,
      maxLength: 12,
      pattern: "^(\\d{10}|\\d{12})$",
    });
    expect(stringKind.jsonSchema(attribute)).toEqual({ type: "string", minLength: 1, maxLength: 1_000 });
  });
});

test.each([
  [{}, { max_length: 1_000 }],
  [{ max_length: null, format: null }, { max_length: 1_000 }],
  [
    { min_length: 2, max_length: 5, format: "kpp" },
    { min_length: 2, max_length: 5, format: "kpp" },
  ],
  [{ max_length: 1_001 }, ["max_length too_big"]],
  [{ max_length: 0 }, ["max_length too_small"]],
  [{ max_length: "5" }, ["max_length not_an_integer"]],
  [{ min_length: 1.5 }, ["min_length not_an_integer"]],
  [{ min_length: 6, max_length: 5 }, ["min_length too_big"]],
  [{ format: "snils" }, ["format invalid_choice"]],
  [{ format: 1, max_length: -1 }, ["max_length too_small", "format invalid_choice"]],
])("settings of a string: %j", (raw, expected) => {
  expect(settingsOutcome(stringKind, raw)).toEqual(expected);
});

test("settings' problems name the path they stand at", () => {
  expect(settingsOutcome(stringKind, { max_length: 0 }, "attributes[2]")).toEqual([
    "attributes[2].max_length too_small",
  ]);
});

test.each([
  ["", null],
  [" \n ", null],
  [" two\n lines \n", " two\n lines \n"],
  ["x".repeat(100_000), "x".repeat(100_000)],
  ["x".repeat(100_001), "<too_long>"],
  ["a\0", "<not_storable_text>"],
  [1, "<wrong_type>"],
])("text case %#", (raw, expected) => {
  expect(outcome(textKind, raw)).toBe(expected);
});
