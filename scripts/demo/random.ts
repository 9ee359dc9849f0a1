/** A repeatable source of choices: the same seed gives the same choices on every machine, for ever. */
export interface Random {
  /** An integer from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Picks by weight: `[["often", 9], ["rarely", 1]]`. */
  weighted<const Choices extends readonly (readonly [unknown, number])[]>(from: Choices): Choices[number][0];
}

/**
 * Mulberry32, seeded by a text (through FNV-1a). Whole-number arithmetic only: the last digit of
 * `Math.exp` and its like differs between engines, and with it would the data.
 */
export function seededRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (const character of seed) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }

  /** 0 ≤ n < 2³² */
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  function int(min: number, max: number): number {
    return min + Math.floor((next() / 4_294_967_296) * (max - min + 1));
  }

  function pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error("nothing to pick from");
    return from[int(0, from.length - 1)] as T;
  }

  function weighted<const Choices extends readonly (readonly [unknown, number])[]>(
    from: Choices,
  ): Choices[number][0] {
    const total = from.reduce((sum, [, weight]) => sum + weight, 0);
    let left = int(1, total);
    for (const [choice, weight] of from) {
      left -= weight;
      if (left <= 0) return choice;
    }
    throw new Error("weights must be positive whole numbers");
  }

  return { int, chance: (percent) => int(1, 100) <= percent, pick, weighted };
}
