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
