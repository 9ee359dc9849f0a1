import { foldText } from "./fold-text.ts";

/** How running numbers are shown: `LEAD-{0001}` counts LEAD-0001, LEAD-0002 … */
export interface NumberPattern {
  readonly prefix: string;
  readonly suffix: string;
  /** Digits at least. */
  readonly width: number;
  /** The first number; what stands between the braces. */
  readonly first: number;
  /** What prefix and suffix are in the folded text of a number. */
  readonly foldedPrefix: string;
  readonly foldedSuffix: string;
}

const PATTERN = /^([^{}]{0,30})\{(\d{1,12})\}([^{}]{0,30})$/u;
/** Letters, digits, signs and single spaces; marks could join the digits, and then folding would not be part by part. */
const PART = /^[\p{L}\p{N}\p{P}\p{S}]*( [\p{L}\p{N}\p{P}\p{S}]+)* ?$/u;

/** Undefined for text that is no pattern. */
export function parseNumberPattern(text: string): NumberPattern | undefined {
  const [, prefix, digits, suffix] = PATTERN.exec(text) ?? [];
  if (prefix === undefined || digits === undefined || suffix === undefined) return undefined;
  if (!PART.test(prefix) || !PART.test(suffix.trimStart()) || text !== text.trim()) return undefined;
  if (text.normalize("NFC") !== text) return undefined;
  const foldedPrefix = foldText(`${prefix}0`).slice(0, -1);
  const foldedSuffix = foldText(`0${suffix}`).slice(1);
  if (foldText(`${prefix}0${suffix}`) !== `${foldedPrefix}0${foldedSuffix}`) return undefined;
  return { prefix, suffix, width: digits.length, first: Number(digits), foldedPrefix, foldedSuffix };
}

export function showNumber({ prefix, suffix, width }: NumberPattern, number: number): string {
  return `${prefix}${String(number).padStart(width, "0")}${suffix}`;
}

/** The number that is shown like this, or stands there bare, as people fold text; undefined where it is none. */
export function readNumber({ foldedPrefix, foldedSuffix }: NumberPattern, text: string): number | undefined {
  const folded = foldText(text);
  const isWhole =
    folded.length > foldedPrefix.length + foldedSuffix.length &&
    folded.startsWith(foldedPrefix) &&
    folded.endsWith(foldedSuffix);
  const shown = isWhole ? folded.slice(foldedPrefix.length, folded.length - foldedSuffix.length) : "";
  const digits = [shown, folded].find((part) => /^\d+$/.test(part));
  const number = Number(digits);
  return digits !== undefined && Number.isSafeInteger(number) ? number : undefined;
}
