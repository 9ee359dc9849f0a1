/** One line of docs/proof.json. */
export interface Proof {
  readonly name: string;
  readonly commit: string;
  readonly n: number;
  readonly seed: number;
  readonly result: string;
  readonly seconds: number;
}

/** The part of vitest's JSON report that matters here; `meta.proof` is set by test/support/proof.ts. */
interface TestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly duration?: number | null;
      readonly meta: {
        readonly proof?: { readonly name: string; readonly n: number; readonly seed: number };
      };
    }[];
  }[];
}

export function readProofs(report: TestReport, commit: string): Proof[] {
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ status, duration, meta: { proof } }) => {
      const seconds = Math.round((duration ?? 0) / 100) / 10;
      return proof
        ? [{ name: proof.name, commit, n: proof.n, seed: proof.seed, result: status, seconds }]
        : [];
    });
}
