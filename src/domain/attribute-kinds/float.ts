import { areCodes, shareOf } from "./guess.ts";
import type { AttributeKind } from "./kind.ts";
import { boundsOf, numberSchema, readNumber } from "./number-value.ts";
import { EQUALITY, ORDER, PRESENCE } from "./operators.ts";
import { kindSettings, numberSetting } from "./settings.ts";

const WIDEST = { min: -(2 ** 53), max: 2 ** 53 };

/** Numbers with a fraction, up to 2⁵³: beyond it even whole numbers lose digits. */
export const floatKind: AttributeKind<number> = {
  name: "float",
  ...kindSettings(
    { min: numberSetting(WIDEST.min, WIDEST.max), max: numberSetting(WIDEST.min, WIDEST.max) },
    [["min", "max"]],
  ),
  parse: (raw, attribute) => readNumber(raw, () => true, "not_a_number", boundsOf(attribute, WIDEST)),
  toWire: (value) => value,
  indexKey: (value) => value,
  operators: [...EQUALITY, ...ORDER, ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => numberSchema("number", WIDEST),
  inputJsonSchema: (attribute) => numberSchema("number", boundsOf(attribute, WIDEST)),
  /** Below an integer's guess, so that a column of whole numbers stays whole. */
  guess: (samples) => (areCodes(samples) ? 0 : 0.9 * shareOf(samples, isDecimal)),
};

/** `1234.5`, `1234,5`, `1 234,5`; spaces may set thousands apart. */
function isDecimal(text: string): boolean {
  return /^[+-]?(0|[1-9]\d{0,2}([\u00a0\u202f ]\d{3})+|[1-9]\d{0,15})([.,]\d+)?$/.test(text);
}
