import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyBetween, keysBetween } from "../../src/lib/fractional-key.ts";

/** The order of SQLite's BINARY collation. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

describe("keyBetween", () => {
  test("puts every row where it was asked to go, whatever the moves", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 200 }), (moves) => {
        const keys: string[] = [];
        for (const move of moves) {
          const at = move % (keys.length + 1);
          keys.splice(at, 0, keyBetween(keys[at - 1] ?? null, keys[at] ?? null));
        }
        expect([...keys].sort(compareBytes)).toEqual(keys);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { seed: 4 },
    );
  });

  test("stays short where new rows always go first, as records do", () => {
    let first = keyBetween(null, null);
    for (let i = 0; i < 100_000; i += 1) first = keyBetween(null, first);
    expect(first.length).toBeLessThanOrEqual(5);
  });

  test("never runs out between the same two rows", () => {
    const low = keyBetween(null, null);
    let high = keyBetween(low, null);
    for (let i = 0; i < 1_000; i += 1) {
      const middle = keyBetween(low, high);
      expect(compareBytes(low, middle)).toBe(-1);
      expect(compareBytes(middle, high)).toBe(-1);
      high = middle;
    }
    expect(high.length).toBeLessThan(250);
  });

  test("refuses bounds in the wrong order", () => {
    expect(() => keyBetween("a1", "a0")).toThrow(RangeError);
    expect(() => keyBetween("a0", "a0")).toThrow(RangeError);
    expect(() => keysBetween("a1", "a0", 2)).toThrow(RangeError);
  });
});

test("keysBetween gives ascending keys inside the gap", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.boolean(), fc.boolean(), (count, isOpenBelow, isOpenAbove) => {
      const low = isOpenBelow ? null : "a1";
      const high = isOpenAbove ? null : "a2";
      const keys = keysBetween(low, high, count);
      expect(keys).toHaveLength(count);
      const fenced = [...(low ? [low] : []), ...keys, ...(high ? [high] : [])];
      expect([...new Set(fenced)].sort(compareBytes)).toEqual(fenced);
    }),
    { seed: 4 },
  );
});
