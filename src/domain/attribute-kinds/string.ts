import { foldText } from "../../lib/fold-text.ts";
import { hasLineBreak } from "../../lib/unicode.ts";
import { shareOf } from "./guess.ts";
import type { Attribute, AttributeKind, Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { EQUALITY, PRESENCE, SUBSTRING } from "./operators.ts";
import { isInn, isKpp, isOgrn } from "./russian-identifiers.ts";
import { sampleOf } from "./sample.ts";
import { choiceSetting, kindSettings, numberOf, wholeNumberSetting } from "./settings.ts";
import { readLine, textKey, withinLength } from "./text-value.ts";

const LONGEST = 1_000;

interface Format {
  readonly code: string;
  readonly pattern: string;
  test(text: string): boolean;
}

const FORMATS: ReadonlyMap<Json | undefined, Format> = new Map([
  ["inn", { code: "not_an_inn", pattern: "^(\\d{10}|\\d{12})$", test: isInn }],
  ["kpp", { code: "not_a_kpp", pattern: "^\\d{4}[\\dA-Z]{2}\\d{3}$", test: isKpp }],
  ["ogrn", { code: "not_an_ogrn", pattern: "^(\\d{13}|\\d{15})$", test: isOgrn }],
]);

/** One line of text, with lengths and, if asked for, the format of a Russian identifier. */
export const stringKind: AttributeKind<string> = {
  name: "string",
  ...kindSettings(
    {
      min_length: wholeNumberSetting(0, LONGEST),
      max_length: wholeNumberSetting(1, LONGEST, LONGEST),
      format: choiceSetting(["inn", "kpp", "ogrn"]),
    },
    [["min_length", "max_length"]],
  ),
  parse(raw, attribute) {
    const line = readLine(raw);
    if (line === null) return null;
    withinLength(line, shortest(attribute), longest(attribute));
    const format = FORMATS.get(attribute.settings.format);
    if (format && !format.test(line)) throw new InvalidValue(format.code, { value: sampleOf(line) });
    return line;
  },
  toWire: (value) => value,
  indexKey: textKey,
  comparesFolded: true,
  uniqueKey: foldText,
  foldedText: foldText,
  operators: [...EQUALITY, ...SUBSTRING, ...PRESENCE],
  canBeUnique: true,
  canBeIndexed: true,
  indexedByDefault: true,
  // Values outlive the settings they were checked by, so a response promises only what holds for all of them.
  jsonSchema: () => ({ type: "string", minLength: 1, maxLength: LONGEST }),
  inputJsonSchema: (attribute) => {
    const format = FORMATS.get(attribute.settings.format);
    return {
      type: "string",
      minLength: shortest(attribute),
      maxLength: longest(attribute),
      ...(format && { pattern: format.pattern }),
    };
  },
  /** Anything on one line is a string, so this is what remains when nothing else fits. */
  guess: (samples) => 0.1 * shareOf(samples, (text) => text.length <= LONGEST && !hasLineBreak(text)),
};

function shortest(attribute: Attribute): number {
  return numberOf(attribute, "min_length") ?? 0;
}

function longest(attribute: Attribute): number {
  return numberOf(attribute, "max_length") ?? LONGEST;
}
