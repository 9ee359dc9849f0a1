/** Everything that must hold before a change is accepted, cheapest first. `.ci/run` runs just this. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tooling/root.ts";

const STEPS: readonly [name: string, command: string][] = [
  ["Format", "biome format ."],
  ["Lint and import rules", "biome check --formatter-enabled=false --error-on-warnings ."],
  ["Types", "tsc --noEmit"],
  ["Generated files", "node scripts/check-generated.ts"],
  ["Bundle", "node scripts/check-bundle.ts"],
  ["Tests", "npm test"],
];

// A report of an earlier run must not pass for this one's.
rmSync(join(root, ".tmp/test-report.json"), { force: true });

const started = performance.now();
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

for (const [index, [name, command]] of STEPS.entries()) {
  console.log(`\n=== ${index + 1}/${STEPS.length} ${name}: ${command}`);
  const stepStarted = performance.now();
  const { status } = spawnSync(command, { cwd: root, shell: true, stdio: "inherit" });
  if (status !== 0) {
    console.error(`\nverify FAILED at step ${index + 1}/${STEPS.length}: ${name} (${command})`);
    process.exit(1);
  }
  console.log(`=== ${name}: ok (${seconds(stepStarted)})`);
}
console.log(`\nverify: all ${STEPS.length} steps passed in ${seconds(started)}`);
