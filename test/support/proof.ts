import { inject, TestRunner } from "vitest";

interface ProofSizes {
  /** How many cases `npm run test:full` runs: the number that the issue names. */
  readonly full: number;
  /** How many cases `npm test` runs, so that the whole suite stays under three minutes. */
  readonly reduced: number;
}

/**
 * Says how many cases the current test should run, and has its result written to `docs/proof.json` by
 * `npm run test:full` (name, N, seed, result, duration). Call it once, inside a test:
 *
 *     const n = proof("filters agree with a model", { full: 10_000, reduced: 300 }, 42);
 *     fc.assert(fc.property(...), { numRuns: n, seed: 42 });
 */
export function proof(name: string, sizes: ProofSizes, seed: number): number {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) {
    throw new Error("proof() belongs inside a test.");
  }
  const n = inject("full") ? sizes.full : sizes.reduced;
  test.meta.proof = { name, n, full: sizes.full, seed };
  return n;
}
