import { foldText } from "../../lib/fold-text.ts";
import { hasLineBreak } from "../../lib/unicode.ts";
import type { AttributeKind } from "./kind.ts";
import { EQUALITY, PRESENCE, SUBSTRING } from "./operators.ts";
import { noSettings } from "./settings.ts";
import { readText, textKey, withinLength } from "./text-value.ts";

const LONGEST = 100_000;

/** Text of many lines, kept exactly as it was typed. Found by search, never indexed. */
export const textKind: AttributeKind<string> = {
  name: "text",
  ...noSettings,
  parse(raw) {
    const text = readText(raw);
    return text === null ? null : withinLength(text, 0, LONGEST);
  },
  toWire: (value) => value,
  indexKey: textKey,
  comparesFolded: true,
  foldedText: foldText,
  operators: [...EQUALITY, ...SUBSTRING, ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: false,
  indexedByDefault: false,
  jsonSchema: () => ({ type: "string", minLength: 1, maxLength: LONGEST }),
  inputJsonSchema: () => ({ type: "string", maxLength: LONGEST }),
  /** Likelier than a string where some of the texts have several lines or are long. */
  guess: (samples) => (samples.some((text) => hasLineBreak(text) || text.length > 250) ? 0.2 : 0.05),
};
