import { isBlank } from "./blank.ts";
import { shareOf } from "./guess.ts";
import type { AttributeKind, Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { PRESENCE } from "./operators.ts";
import { noSettings } from "./settings.ts";

/** Of the value as JSON text without white space, in UTF-8. */
const MOST_BYTES = 64 * 1024;
const DEEPEST = 8;

/** Any JSON: what other systems keep with a record. Neither searched nor sorted by. */
export const jsonKind: AttributeKind = {
  name: "json",
  ...noSettings,
  parse(raw) {
    if (isBlank(raw)) return null;
    if (isDeeper(raw, DEEPEST)) throw new InvalidValue("too_deep", { max: DEEPEST });
    const text = JSON.stringify(raw);
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > MOST_BYTES) throw new InvalidValue("too_many_bytes", { bytes, max: MOST_BYTES });
    // Read back, so that it is what it will be in the database: a minus zero, for one, is a zero there.
    return JSON.parse(text) as Json;
  },
  toWire: (value) => value,
  indexKey: (value) => JSON.stringify(value),
  operators: PRESENCE,
  canBeUnique: false,
  canBeIndexed: false,
  canBeSorted: false,
  indexedByDefault: false,
  jsonSchema: () => ({}),
  inputJsonSchema: () => ({}),
  guess: (samples) => shareOf(samples, isListOrObject),
};

/** Whether lists and objects stand in each other more than `levels` deep. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1));
}

function isListOrObject(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
