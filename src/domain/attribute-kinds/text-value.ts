import { foldText } from "../../lib/fold-text.ts";
import {
  capCodePoints,
  countCodePoints,
  hasLineBreak,
  isInvisible,
  isStorableText,
} from "../../lib/unicode.ts";
import { isAbsent } from "./blank.ts";
import { InvalidValue } from "./kind.ts";
import { sampleOf } from "./sample.ts";

/** Code points of a text that its index key keeps; longer texts are told apart by their value. */
const KEY_LENGTH = 200;

/** Text as it was typed; null where nothing of it would be seen. */
export function readText(raw: unknown): string | null {
  if (isAbsent(raw)) return null;
  if (typeof raw !== "string")
    throw new InvalidValue("wrong_type", { expected: "string", value: sampleOf(raw) });
  if (isInvisible(raw)) return null;
  if (!isStorableText(raw)) throw new InvalidValue("not_storable_text");
  return raw;
}

/** One line of text without outer white space. */
export function readLine(raw: unknown): string | null {
  const line = readText(raw)?.trim() ?? null;
  if (line !== null && hasLineBreak(line)) throw new InvalidValue("has_line_break");
  return line;
}

/** Refuses a text that is too short or too long, counted in code points. */
export function withinLength(text: string, min: number, max: number): string {
  const length = countCodePoints(text);
  if (length < min) throw new InvalidValue("too_short", { length, min });
  if (length > max) throw new InvalidValue("too_long", { length, max });
  return text;
}

/** The index key of a text. */
export function textKey(text: string): string {
  return capCodePoints(foldText(text), KEY_LENGTH);
}
