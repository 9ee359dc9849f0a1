/**
 * Prints `N passed, N failed` from vitest's report. Without a report nothing was tested, which counts as a
 * failure; so does a test file that could not even be loaded. `--failed` says that the run ended badly, so that
 * the line never claims success for a run that was cut short.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tooling/root.ts";

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const file = join(root, ".tmp/test-report.json");
const report = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as TestReport) : undefined;
const unloaded =
  report?.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ) ?? [];
const passed = report?.numPassedTests ?? 0;
const failed = report === undefined ? 1 : report.numFailedTests + unloaded.length;
const atLeast = process.argv.includes("--failed") ? 1 : 0;
console.log(`${passed} passed, ${Math.max(failed, atLeast)} failed`);
