/** Builds the Worker as a deployment would and fails when it has grown over its budget. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./tooling/root.ts";
import { runScript } from "./tooling/run-script.ts";
import { runWrangler } from "./tooling/wrangler.ts";

const BUDGET_BYTES = 1_000_000;
const OUTPUT = "dist/worker";

await runScript(async () => {
  rmSync(join(root, OUTPUT), { recursive: true, force: true });
  await runWrangler(["deploy", "--dry-run", "--outdir", OUTPUT]);
  const modules = readdirSync(join(root, OUTPUT)).filter((name) => !/\.(map|md)$/.test(name));
  let plain = 0;
  let zipped = 0;
  for (const name of modules) {
    const code = readFileSync(join(root, OUTPUT, name));
    plain += code.length;
    zipped += gzipSync(code).length;
  }
  console.log(
    `Bundle: ${kilobytes(plain)}, ${kilobytes(zipped)} gzipped of ${kilobytes(BUDGET_BYTES)} allowed.`,
  );
  if (zipped > BUDGET_BYTES) {
    throw new Error("The Worker's bundle is over its budget.");
  }
});

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
