/**
 * A source that never repeats itself: draws until `key` of the result is new.
 * @throws Error when the material seems to be used up.
 */
export function once<T>(draw: () => T, key: (drawn: T) => string): () => T {
  const seen = new Set<string>();
  return () => {
    for (let attempt = 0; attempt < 1_000; attempt++) {
      const drawn = draw();
      if (seen.has(key(drawn))) continue;
      seen.add(key(drawn));
      return drawn;
    }
    throw new Error("the demo words are too few for so many different values");
  };
}
