import { describe, expect, test } from "vitest";
import { booleanKind } from "../../../src/domain/attribute-kinds/boolean.ts";
import { floatKind } from "../../../src/domain/attribute-kinds/float.ts";
import { integerKind } from "../../../src/domain/attribute-kinds/integer.ts";
import { attributeOf, outcome, settingsOutcome } from "./fixture.ts";

test.each([
  [null, null],
  ["", null],
  [0, 0],
  [-0, 0],
  [42, 42],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [2 ** 53, "<too_big>"],
  [-(2 ** 53), "<too_small>"],
  [2 ** 70, "<too_big>"],
  [Number.POSITIVE_INFINITY, "<not_finite>"],
  [Number.NaN, "<not_finite>"],
  [1.9, "<not_an_integer>"],
  ["42", "<not_an_integer>"],
  [true, "<not_an_integer>"],
  [[1], "<not_an_integer>"],
])("integer reads %j as %j", (raw, expected) => {
  expect(outcome(integerKind, raw)).toBe(expected);
});

test.each([
  [null, null],
  ["", null],
  [-0, 0],
  [1.9, 1.9],
  [5e-324, 5e-324],
  [2 ** 53, 2 ** 53],
  [-(2 ** 53), -(2 ** 53)],
  [2 ** 54, "<too_big>"],
  [-1e300, "<too_small>"],
  [Number.NEGATIVE_INFINITY, "<not_finite>"],
  ["1.5", "<not_a_number>"],
  [{}, "<not_a_number>"],
])("float reads %j as %j", (raw, expected) => {
  expect(outcome(floatKind, raw)).toBe(expected);
});

describe.each([integerKind, floatKind])("$name with bounds", (kind) => {
  const attribute = attributeOf(kind, { min: 0, max: 100 });

  test.each([
    [-1, "<too_small>"],
    [0, 0],
    [100, 100],
    [101, "<too_big>"],
  ])("%d is %j", (raw, expected) => {
    expect(outcome(kind, raw, attribute)).toBe(expected);
  });

  test("requests follow the bounds, responses what may be stored", () => {
    expect(kind.inputJsonSchema(attribute)).toMatchObject({ minimum: 0, maximum: 100 });
    expect(kind.jsonSchema(attribute)).toEqual(kind.inputJsonSchema(attributeOf(kind)));
  });

  test.each([
    [{ min: null }, {}],
    [
      { min: 0, max: 0 },
      { min: 0, max: 0 },
    ],
    [{ min: 2, max: 1 }, ["min too_big"]],
    [{ max: 2 ** 60 }, ["max too_big"]],
  ])("settings %j", (raw, expected) => {
    expect(settingsOutcome(kind, raw)).toEqual(expected);
  });
});

test("an integer's bounds are whole, a float's need not be", () => {
  expect(settingsOutcome(integerKind, { min: 0.5 })).toEqual(["min not_an_integer"]);
  expect(settingsOutcome(floatKind, { min: 0.5 })).toEqual({ min: 0.5 });
  expect(settingsOutcome(floatKind, { min: "0.5" })).toEqual(["min not_a_number"]);
});

test.each([
  [null, null],
  ["", null],
  [true, true],
  [false, false],
  ["true", "<not_a_boolean>"],
  ["yes", "<not_a_boolean>"],
  [1, "<not_a_boolean>"],
  [0, "<not_a_boolean>"],
])("boolean reads %j as %j", (raw, expected) => {
  expect(outcome(booleanKind, raw)).toBe(expected);
});

test("booleans are indexed as 0 and 1", () => {
  const attribute = attributeOf(booleanKind);
  expect([false, true].map((value) => booleanKind.indexKey(value, attribute))).toEqual([0, 1]);
});
