/**
 * Measures the Worker that a deployment would upload, in workerd and on D1 as they run on this machine: what each
 * operation costs in D1, how long it takes, and how it compares with a bare Worker. See docs/bench.md.
 *
 *   --sizes 1000,10000   how many leads to measure at, instead of 1,000, 10,000 and 100,000
 *   --json FILE          also write everything that was measured to a file
 *
 * Nothing leaves the machine, nothing is kept, and no figure makes it fail.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildWorker } from "./bench/build-worker.ts";
import { openClient } from "./bench/client.ts";
import { fillLeads } from "./bench/fill.ts";
import { type Bench, measureSize } from "./bench/measure-size.ts";
import { openProgress } from "./bench/progress.ts";
import { sizeReport, summary } from "./bench/report.ts";
import type { Results, SizeResults } from "./bench/results.ts";
import { startWorkers } from "./bench/start-workers.ts";
import { measureStartup } from "./bench/startup.ts";
import { registerTenant } from "./bench/tenant.ts";
import { runScript } from "./tooling/run-script.ts";

const NEIGHBOURS = 9;
const LEADS_OF_A_NEIGHBOUR = 100;
const LARGEST = 1_000_000;

await runScript(async () => {
  const { values } = parseArgs({
    options: { sizes: { type: "string", default: "1000,10000,100000" }, json: { type: "string" } },
  });
  const sizes = parseSizes(values.sizes);
  const progress = openProgress();

  progress.show("building the Worker");
  const built = await buildWorker();
  progress.show("measuring its start-up");
  const cpuMs = await measureStartup(built);
  progress.show("starting workerd");
  const workers = await startWorkers(built);
  const client = openClient(workers.crm, 1);
  try {
    const asked = performance.now();
    await client.send({ method: "GET", path: "/healthz" });
    const firstAnswerMs = performance.now() - asked;

    progress.show("registering companies");
    const tenant = await registerTenant(client, "measured");
    for (let i = 1; i <= NEIGHBOURS; i++) {
      await fillLeads(await registerTenant(client, `neighbour-${i}`), LEADS_OF_A_NEIGHBOUR, 0, () => {});
    }
    const bench: Bench = { built, workers, tenant, progress };
    const measured: SizeResults[] = [];
    for (const [i, size] of sizes.entries()) {
      measured.push(await measureSize(bench, sizes[i - 1] ?? 0, size));
      progress.end();
      console.log(`${sizeReport(measured.at(-1) as SizeResults)}\n`);
    }
    const { plain, gzipped } = built;
    const results: Results = {
      bundle: { plain, gzipped },
      startup: { cpuMs, readyMs: workers.startMs, firstAnswerMs },
      sizes: measured,
    };
    console.log(summary(results));
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  } finally {
    client.close();
    await workers.stop();
  }
});

function parseSizes(text: string): number[] {
  const sizes = text.split(",").map(Number);
  const rising = sizes.every((size, i) => size > (sizes[i - 1] ?? 0));
  if (!rising || sizes.some((size) => !Number.isInteger(size) || size < 100 || size > LARGEST)) {
    throw new Error(
      `--sizes takes rising whole numbers from 100 to ${LARGEST}, such as 1000,10000; not ${text}.`,
    );
  }
  return sizes;
}
