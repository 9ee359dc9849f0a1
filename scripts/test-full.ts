/**
 * Runs every proof at its full size and writes docs/proof.json: for each proof the commit it was made on, its N
 * and seed, its result and how long it took. Options are handed to vitest, to run a part only:
 * `npm run test:full -- test/contract`; a part's results replace their own entries and leave the others.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readProofs } from "./tooling/proofs.ts";
import { root } from "./tooling/root.ts";

const report = join(root, ".tmp/test-report-full.json");
const target = join(root, "docs/proof.json");
const partial = process.argv.length > 2;

rmSync(report, { force: true });
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, FULL: "1", TEST_REPORT: report },
  stdio: "inherit",
});
if (!existsSync(report)) {
  console.error("\nvitest wrote no report: nothing is proved.");
  process.exit(1);
}

const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
const changed = git("status", "--porcelain", "--", ".", ":!docs/proof.json") !== "";
const commit = git("rev-parse", "HEAD") + (changed ? " with uncommitted changes" : "");

const made = readProofs(JSON.parse(readFileSync(report, "utf8")), commit);
const names = new Set(made.map(({ name }) => name));
const kept =
  partial && existsSync(target)
    ? readOldProofs(readFileSync(target, "utf8")).filter(({ name }) => !names.has(name))
    : [];
const proofs = [...kept, ...made].sort((a, b) => (a.name < b.name ? -1 : 1));

mkdirSync(join(root, "docs"), { recursive: true });
writeFileSync(target, `${JSON.stringify({ proofs }, null, 2)}\n`);
console.log(`\n${made.length} proofs written to docs/proof.json:`);
for (const { name, n, seed, result, seconds } of made) {
  console.log(`  ${result.padEnd(7)} ${name}: N=${n}, seed ${seed}, ${seconds} s`);
}
process.exit(status ?? 1);

function readOldProofs(text: string): typeof made {
  return (JSON.parse(text) as { proofs: typeof made }).proofs;
}
