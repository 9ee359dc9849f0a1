import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { autonumberKind } from "../../../src/domain/attribute-kinds/autonumber.ts";
import { isDefaultToken, resolveDefault } from "../../../src/domain/attribute-kinds/default-token.ts";
import { jsonKind } from "../../../src/domain/attribute-kinds/json.ts";
import { multiselectKind } from "../../../src/domain/attribute-kinds/multiselect.ts";
import { percentKind } from "../../../src/domain/attribute-kinds/percent.ts";
import { ratingKind } from "../../../src/domain/attribute-kinds/rating.ts";
import { userKind } from "../../../src/domain/attribute-kinds/user.ts";
import { foldText } from "../../../src/lib/fold-text.ts";
import { parseNumberPattern, readNumber, showNumber } from "../../../src/lib/number-pattern.ts";
import { attributeOf, memberId, members, outcome, settingsOutcome } from "./fixture.ts";

describe("autonumber", () => {
  const leads = attributeOf(autonumberKind, { pattern: "LEAD-{0001}" });

  test.each([
    ["LEAD-0042", 42],
    ["lead-42", 42],
    ["0042", 42],
    [42, 42],
    [0, 0],
    [null, null],
    ["LEAD-", "<not_such_a_number>"],
    ["DEAL-0042", "<not_such_a_number>"],
    [1.5, "<not_such_a_number>"],
    [-1, "<not_such_a_number>"],
    [{}, "<not_such_a_number>"],
    ["9".repeat(20), "<not_such_a_number>"],
  ])("a filter reads %j as %j", (raw, expected) => {
    expect(outcome(autonumberKind, raw, leads)).toBe(expected);
  });

  test("is shown by its pattern, which is as wide as it needs to be", () => {
    const shown = [1, 42, 123_456].map((number) => autonumberKind.toWire(number, leads, members));
    expect(shown).toEqual(["LEAD-0001", "LEAD-0042", "LEAD-123456"]);
    expect(autonumberKind.foldedText?.(42, leads)).toBe("lead-0042");
  });

  test("is numbered from one without a pattern, and from what stands in the braces", () => {
    expect(settingsOutcome(autonumberKind, {})).toEqual({ pattern: "{1}" });
    expect(settingsOutcome(autonumberKind, { pattern: "№ {001}/26" })).toEqual({ pattern: "№ {001}/26" });
    expect(parseNumberPattern("DEAL-{0100}")).toMatchObject({ prefix: "DEAL-", width: 4, first: 100 });
  });

  test.each([
    "LEAD",
    "{}",
    "{a}",
    "{1}{2}",
    " {1}",
    "a\u0301{1}",
    "{1}\n",
    "{1}\u0301",
    "a  b{1}",
    "{1234567890123}",
    5,
  ])("%j is no pattern", (pattern) => {
    expect(settingsOutcome(autonumberKind, { pattern })).toEqual(["pattern not_a_number_pattern"]);
  });

  test("any pattern: what is shown is read again, and folds part by part", () => {
    const part = fc.string({ unit: "grapheme", maxLength: 8 });
    let tried = 0;
    fc.assert(
      fc.property(part, fc.integer({ min: 1, max: 12 }), part, fc.nat(), (before, width, after, number) => {
        const pattern = parseNumberPattern(`${before}{${"1".padStart(width, "0")}}${after}`);
        if (!pattern) return;
        tried += 1;
        const shown = showNumber(pattern, number);
        expect(readNumber(pattern, shown)).toBe(number);
        const digits = String(number).padStart(width, "0");
        expect(foldText(shown)).toBe(`${pattern.foldedPrefix}${digits}${pattern.foldedSuffix}`);
      }),
      { seed: 20_261_124, numRuns: 2_000 },
    );
    expect(tried).toBeGreaterThan(500);
  });
});

test("percent is a number like a float", () => {
  expect([12.5, -3, 33.333333333333336].map((raw) => outcome(percentKind, raw))).toEqual([
    12.5, -3, 33.333333333333336,
  ]);
  expect(outcome(percentKind, "12%")).toBe("<not_a_number>");
  expect(outcome(percentKind, 101, attributeOf(percentKind, { min: 0, max: 100 }))).toBe("<too_big>");
});

test.each([
  [{}, [0, 1, 5, 6, 2.5], ["<too_small>", 1, 5, "<too_big>", "<not_an_integer>"]],
  [{ max: 10 }, [10, 11], [10, "<too_big>"]],
  [{ max: 1 }, [1, 2], [1, "<too_big>"]],
])("rating with %j", (settings, raw, expected) => {
  const attribute = attributeOf(ratingKind, settings);
  expect(raw.map((value) => outcome(ratingKind, value, attribute))).toEqual(expected);
});

test.each([
  [{}, { max: 5 }],
  [{ max: null }, { max: 5 }],
  [{ max: 0 }, ["max too_small"]],
  [{ max: 11 }, ["max too_big"]],
])("rating's settings %j", (raw, expected) => {
  expect(settingsOutcome(ratingKind, raw)).toEqual(expected);
});

describe("multiselect", () => {
  const attribute = attributeOf(multiselectKind, {}, ["New", "В работе", "Ёлка"]);

  test.each([
    [null, null],
    ["", null],
    [[], null],
    [["New"], [10]],
    [
      ["ёлка", "NEW", "Елка"],
      [10, 30],
    ],
    ["New", "<wrong_type>"],
    [["Closed"], "<unknown_option>"],
    [["New", null], "<wrong_type>"],
    [Array.from({ length: 101 }, () => "New"), "<too_many_items>"],
  ])("reads %j as %j", (raw, expected) => {
    expect(outcome(multiselectKind, raw, attribute)).toEqual(expected);
  });

  test("shows options in the order of the list, without those that are gone", () => {
    expect(multiselectKind.toWire([10, 30, 99], attribute, members)).toEqual(["New", "Ёлка"]);
    expect(multiselectKind.toWire([99], attribute, members)).toBeNull();
    expect(multiselectKind.jsonSchema(attribute)).toMatchObject({
      type: "array",
      items: { enum: ["New", "В работе", "Ёлка"] },
    });
  });
});

describe("json", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

  test.each([
    [{ a: [1, "b", null] }, { a: [1, "b", null] }],
    [false, false],
    [0, 0],
    [[], []],
    [null, null],
    [nested(8), nested(8)],
    [nested(9), "<too_deep>"],
    ["x".repeat(65_534), "x".repeat(65_534)],
    ["x".repeat(65_535), "<too_many_bytes>"],
    ["ё".repeat(32_768), "<too_many_bytes>"],
  ])("case %#", (raw, expected) => {
    expect(outcome(jsonKind, raw)).toEqual(expected);
  });
});

describe("default tokens", () => {
  const creation = {
    memberId,
    timeZone: "Asia/Vladivostok",
    now: new Date("2026-11-24T20:30:00.123Z"),
  };
  const resolved = (valueType: string, value: string) =>
    resolveDefault({ ...attributeOf(userKind), valueType, default: value }, creation);

  test.each([
    ["date", "today", "2026-11-25"],
    ["datetime", "now", "2026-11-24T20:30:00.123Z"],
    ["datetime", "today", "2026-11-24T14:00:00.000Z"],
    ["user", "$me", memberId],
  ])("%s %s is %s", (valueType, token, expected) => {
    expect(isDefaultToken(valueType, token)).toBe(true);
    expect(resolved(valueType, token)).toBe(expected);
  });

  test.each([
    ["string", "today"],
    ["date", "now"],
    ["date", "constructor"],
    ["__proto__", "today"],
    ["time", "now"],
    ["user", "me"],
  ])("%s has no token %s", (valueType, text) => {
    expect(isDefaultToken(valueType, text)).toBe(false);
    expect(resolved(valueType, text)).toBe(text);
  });
});
