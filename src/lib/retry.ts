const LONGEST_DELAY = 1_000;

interface Patience {
  readonly attempts: number;
  /** Milliseconds before the second attempt, at most; doubled with each one after it, up to a second. */
  readonly firstDelay: number;
  isPassing(error: unknown): boolean;
}

/**
 * Does something again when it failed for a reason that passes, after a random part of a growing delay, so that
 * many who failed together do not come back together. Only for what may safely happen twice.
 */
export async function retry<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= patience.attempts || !patience.isPassing(error)) throw error;
      const delay = Math.random() * Math.min(patience.firstDelay * 2 ** (attempt - 1), LONGEST_DELAY);
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}
