/** Prints `N passed, N failed` from vitest's report; `--failed` says that the run ended badly. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tooling/root.ts";
import { type CountedReport, countTests } from "./tooling/test-counts.ts";

const file = join(root, ".tmp/test-report.json");
const report = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CountedReport) : undefined;
console.log(countTests(report, process.argv.includes("--failed")));
