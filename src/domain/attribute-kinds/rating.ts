import type { AttributeKind } from "./kind.ts";
import { boundsOf, numberSchema, readNumber } from "./number-value.ts";
import { EQUALITY, ORDER, PRESENCE } from "./operators.ts";
import { kindSettings, wholeNumberSetting } from "./settings.ts";

const WIDEST = { min: 1, max: 10 };

/** Stars: 1 to `max`. */
export const ratingKind: AttributeKind<number> = {
  name: "rating",
  ...kindSettings({ max: wholeNumberSetting(WIDEST.min, WIDEST.max, 5) }),
  parse: (raw, attribute) => readNumber(raw, Number.isInteger, "not_an_integer", boundsOf(attribute, WIDEST)),
  toWire: (value) => value,
  indexKey: (value) => value,
  operators: [...EQUALITY, ...ORDER, ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => numberSchema("integer", WIDEST),
  inputJsonSchema: (attribute) => numberSchema("integer", boundsOf(attribute, WIDEST)),
  /** Small whole numbers are more often anything else. */
  guess: () => 0,
};
