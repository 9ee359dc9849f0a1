import { isBlank } from "./blank.ts";
import { shareOf } from "./guess.ts";
import type { AttributeKind } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { PRESENCE } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { noSettings } from "./settings.ts";

const WORDS = new Set(["true", "false", "yes", "no", "да", "нет", "истина", "ложь"]);

export const booleanKind: AttributeKind<boolean> = {
  name: "boolean",
  ...noSettings,
  parse(raw) {
    if (isBlank(raw)) return null;
    if (typeof raw !== "boolean") throw new InvalidValue("not_a_boolean", { value: sampleOf(raw) });
    return raw;
  },
  toWire: (value) => value,
  indexKey: (value) => (value ? 1 : 0),
  operators: ["eq", "neq", ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => ({ type: "boolean" }),
  inputJsonSchema: () => ({ type: "boolean" }),
  /** Zeros and ones may as well be numbers, so they count for less than words. */
  guess(samples) {
    const words = shareOf(samples, (text) => WORDS.has(text.toLowerCase()));
    return words + 0.5 * shareOf(samples, (text) => text === "0" || text === "1");
  },
};
