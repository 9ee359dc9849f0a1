import { foldText } from "../../lib/fold-text.ts";
import { type NumberPattern, parseNumberPattern, readNumber, showNumber } from "../../lib/number-pattern.ts";
import { isBlank } from "./blank.ts";
import type { Attribute, AttributeKind } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { EQUALITY, ORDER, PRESENCE, SUBSTRING } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { kindSettings } from "./settings.ts";

const DEFAULT_PATTERN = "{1}";

/**
 * A running number that the database gives each new record, in the batch that creates it: never reused, not
 * promised to be without gaps. Stored as the number, shown as its `pattern` says.
 */
export const autonumberKind: AttributeKind<number> = {
  name: "autonumber",
  ...kindSettings({ pattern: { read: readPattern, default: DEFAULT_PATTERN } }),
  fixedSettings: ["pattern"],
  isAssigned: true,
  /** Operands of filters; a record's own value cannot be written. */
  parse(raw, attribute) {
    if (isBlank(raw)) return null;
    const number = typeof raw === "string" ? readNumber(patternOf(attribute), raw) : raw;
    if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number + 0;
    const example = showNumber(patternOf(attribute), patternOf(attribute).first);
    throw new InvalidValue("not_such_a_number", { value: sampleOf(raw), example });
  },
  toWire: (value, attribute) => showNumber(patternOf(attribute), value),
  indexKey: (value) => value,
  foldedText: (value, attribute) => foldText(showNumber(patternOf(attribute), value)),
  operators: [...EQUALITY, ...ORDER, ...SUBSTRING, ...PRESENCE],
  canBeUnique: true,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => ({ type: "string" }),
  inputJsonSchema: () => ({ type: "string", readOnly: true }),
  /** What is imported cannot be written to it. */
  guess: () => 0,
};

function readPattern(raw: unknown): string {
  if (typeof raw === "string" && parseNumberPattern(raw)) return raw;
  throw new InvalidValue("not_a_number_pattern", { value: sampleOf(raw) });
}

/** How the attribute's numbers are shown. */
export function patternOf(attribute: Pick<Attribute, "settings">): NumberPattern {
  const pattern = parseNumberPattern(String(attribute.settings.pattern));
  if (!pattern) throw new Error("an autonumber without a pattern");
  return pattern;
}
