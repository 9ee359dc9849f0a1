import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currencyKind } from "../../../src/domain/attribute-kinds/currency.ts";
import { decimalsOf, isCurrency, toMajor, toMinor } from "../../../src/lib/money.ts";
import { attributeOf, members, outcome, settingsOutcome } from "./fixture.ts";

const of = (currency: string, more: object = {}) => attributeOf(currencyKind, { currency, ...more });

test.each([
  ["RUB", 12.34, 1234],
  ["RUB", 0.1 + 0.2, "<too_many_decimals>"],
  ["RUB", 0.3, 30],
  ["RUB", 1.005, "<too_many_decimals>"],
  ["RUB", -0, 0],
  ["RUB", -0.01, -1],
  ["RUB", 9_999_999_999_999.99, 999_999_999_999_999],
  ["RUB", 10_000_000_000_000, "<too_big>"],
  ["RUB", -10_000_000_000_000, "<too_small>"],
  ["JPY", 1234, 1234],
  ["JPY", 12.5, "<too_many_decimals>"],
  ["KWD", 1.234, 1234],
  ["KWD", 1.2345, "<too_many_decimals>"],
  ["RUB", "12.34", "<not_a_number>"],
  ["RUB", Number.NaN, "<not_finite>"],
  ["RUB", 1e-9, "<too_many_decimals>"],
  ["RUB", 1e300, "<too_big>"],
])("%s reads %j as %j", (currency, raw, expected) => {
  expect(outcome(currencyKind, raw, of(currency))).toBe(expected);
});

test.each(["RUB", "JPY", "KWD"])("%s: every amount reads back exactly, in order", (currency) => {
  const attribute = of(currency);
  const amounts = fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: -2, max: 2 }), (minor, step) => {
      const shown = JSON.parse(JSON.stringify(currencyKind.toWire(minor, attribute, members))) as number;
      expect(outcome(currencyKind, shown, attribute)).toBe(minor);
      const decimals = String(shown).split(".")[1] ?? "";
      expect(decimals.length).toBeLessThanOrEqual(decimalsOf(currency));
      const near = currencyKind.toWire(minor + step, attribute, members) as number;
      expect(Math.sign(near - shown)).toBe(Math.sign(step) + 0);
    }),
    { seed: 20_261_124, numRuns: 2_000 },
  );
});

test("amounts can be added up without drift", () => {
  const cents = Array.from({ length: 1_000 }, () => toMinor(0.1, 2) ?? Number.NaN);
  expect(
    toMajor(
      cents.reduce((sum, cent) => sum + cent, 0),
      2,
    ),
  ).toBe(100);
});

describe("settings", () => {
  test.each([
    [{ currency: " eur " }, { currency: "EUR", decimals: 2 }],
    [
      { currency: "JPY", decimals: 0 },
      { currency: "JPY", decimals: 0 },
    ],
    [
      { currency: "KWD", min: 0.001 },
      { currency: "KWD", decimals: 3, min: 0.001 },
    ],
    [{ currency: "JPY", decimals: 2 }, ["decimals read_only"]],
    [{ currency: "XQQ" }, ["currency not_a_currency"]],
    [{ currency: 643 }, ["currency not_a_currency"]],
    [{ currency: "RUB", min: 0.001 }, ["min too_many_decimals"]],
    [{ currency: "RUB", min: 2, max: 1 }, ["min too_big"]],
    [{ currency: "RUB", max: "1" }, ["max not_a_number"]],
  ])("%j", (raw, expected) => {
    expect(settingsOutcome(currencyKind, raw)).toEqual(expected);
  });

  test("without a currency it is the company's own", () => {
    expect(currencyKind.parseSettings({}, "", { currency: "KZT" })).toEqual({ currency: "KZT", decimals: 2 });
  });

  test("an attribute keeps the decimals that it was defined with", () => {
    const before = { currency: "RUB", decimals: 3 };
    const context = { currency: "RUB", before };
    expect(currencyKind.parseSettings({ ...before, min: 0.001 }, "", context)).toEqual({
      ...before,
      min: 0.001,
    });
  });

  test("bounds are in major units", () => {
    const attribute = of("RUB", { min: 1, max: 2.5 });
    const read = (raw: number) => outcome(currencyKind, raw, attribute);
    expect([0.99, 1, 2.5, 2.51].map(read)).toEqual(["<too_small>", 100, 250, "<too_big>"]);
    expect(currencyKind.inputJsonSchema(attribute)).toMatchObject({ minimum: 1, maximum: 2.5 });
    expect(currencyKind.jsonSchema(attribute)).toMatchObject({ maximum: 9_999_999_999_999.99 });
  });
});

test("which texts are currencies", () => {
  expect(["RUB", "USD", "KZT", "JPY"].every(isCurrency)).toBe(true);
  expect(["", "rub", "R", "RUBL", "__proto__"].some(isCurrency)).toBe(false);
});
