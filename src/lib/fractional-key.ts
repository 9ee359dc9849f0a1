import { generateKeyBetween, generateNKeysBetween } from "fractional-indexing";

/**
 * Row positions as text: between any two keys there is always another, so moving a row writes that row only
 * (floats run out after about 50 moves into the same gap). Keys are ASCII and sort in byte order, as SQLite's
 * BINARY collation does.
 */

/** A key after `before` and ahead of `after`; null stands for the start and the end. */
export function keyBetween(before: string | null, after: string | null): string {
  refuseWrongOrder(before, after);
  return generateKeyBetween(before, after);
}

/** `count` ascending keys in the same gap. */
export function keysBetween(before: string | null, after: string | null, count: number): string[] {
  refuseWrongOrder(before, after);
  return generateNKeysBetween(before, after, count);
}

/** The library swaps its bounds instead; a caller that mixed them up should hear of it. */
function refuseWrongOrder(before: string | null, after: string | null): void {
  if (before !== null && after !== null && before >= after) {
    throw new RangeError(`no key between ${before} and ${after}`);
  }
}
