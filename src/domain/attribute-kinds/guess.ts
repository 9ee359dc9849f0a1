import { isInn, isOgrn } from "./russian-identifiers.ts";

/** The share (0..1) of a column's texts that pass the test. */
export function shareOf(samples: readonly string[], test: (text: string) => boolean): number {
  if (samples.length === 0) return 0;
  return samples.filter((sample) => test(sample.trim())).length / samples.length;
}

/** Whether reading the text succeeds; for guesses that follow a kind's own rules. */
export function succeeds(read: () => unknown): boolean {
  try {
    return read() !== null;
  } catch {
    return false;
  }
}

/** Long numbers of one length are identifiers and phone numbers, not amounts; so are control digits that match. */
export function areCodes(samples: readonly string[]): boolean {
  const codes = samples.map((sample) => sample.trim());
  if (!codes.every((code) => /^\+?\d{9,}$/.test(code))) return false;
  return new Set(codes.map((code) => code.length)).size === 1 || codes.every(isInn) || codes.every(isOgrn);
}
