/** The part of vitest's JSON report that is counted here. */
export interface CountedReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/**
 * `N passed, N failed`. Without a report nothing was tested, which counts as a failure; so does a test file that
 * could not even be loaded, and a run that ended badly although every test in the report passed.
 */
export function countTests(report: CountedReport | undefined, endedBadly: boolean): string {
  if (report === undefined) {
    return "0 passed, 1 failed";
  }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  return `${report.numPassedTests} passed, ${Math.max(failed, endedBadly ? 1 : 0)} failed`;
}
