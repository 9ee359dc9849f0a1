import { capCodePoints } from "../../lib/unicode.ts";

/** How much of a wrong value a problem repeats, in code points. */
const LONGEST = 60;

/** What a problem may show of a wrong value: `'text…'` in quotes, numbers as they are, of the rest only the type. */
export function sampleOf(raw: unknown): string {
  if (typeof raw === "string") return `'${shorten(raw)}'`;
  if (Array.isArray(raw)) return "[…]";
  if (typeof raw === "object" && raw !== null) return "{…}";
  return shorten(String(raw));
}

function shorten(text: string): string {
  const short = capCodePoints(text, LONGEST);
  return (short.length < text.length ? `${short}…` : short).toWellFormed().replace(/\p{Cc}/gu, " ");
}
