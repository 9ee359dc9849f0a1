import { areCodes, shareOf } from "./guess.ts";
import type { AttributeKind } from "./kind.ts";
import { boundsOf, numberSchema, readNumber } from "./number-value.ts";
import { EQUALITY, ORDER, PRESENCE } from "./operators.ts";
import { kindSettings, wholeNumberSetting } from "./settings.ts";

const WIDEST = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/** Whole numbers that are exact in JSON, JavaScript and D1. */
export const integerKind: AttributeKind<number> = {
  name: "integer",
  ...kindSettings(
    {
      min: wholeNumberSetting(WIDEST.min, WIDEST.max),
      max: wholeNumberSetting(WIDEST.min, WIDEST.max),
    },
    [["min", "max"]],
  ),
  parse: (raw, attribute) => readNumber(raw, Number.isInteger, "not_an_integer", boundsOf(attribute, WIDEST)),
  toWire: (value) => value,
  indexKey: (value) => value,
  operators: [...EQUALITY, ...ORDER, ...PRESENCE],
  canBeUnique: true,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => numberSchema("integer", WIDEST),
  inputJsonSchema: (attribute) => numberSchema("integer", boundsOf(attribute, WIDEST)),
  guess: (samples) => (areCodes(samples) ? 0 : 0.95 * shareOf(samples, isWhole)),
};

function isWhole(text: string): boolean {
  const digits = text.replace(/(?<=\d)[\u00a0\u202f ](?=\d{3}(?!\d))/g, "");
  return /^[+-]?(0|[1-9]\d*)$/.test(digits) && Number.isSafeInteger(Number(digits));
}
