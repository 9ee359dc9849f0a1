import { dirname, join } from "node:path";
import { runWrangler } from "../tooling/wrangler.ts";
import type { BuiltWorker } from "./build-worker.ts";

const RUNS = 3;

/**
 * Milliseconds of CPU that loading the Worker takes, by workerd's own profiler: the least of three runs, since
 * whatever else the machine does only adds to it.
 */
export async function measureStartup({ upload }: BuiltWorker): Promise<number> {
  const profile = join(dirname(upload), "startup.cpuprofile");
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const printed = await runWrangler(["check", "startup", "--worker", upload, "--outfile", profile]);
    const active = /Active:\s*([\d.]+)\s*ms/.exec(printed)?.[1];
    if (active === undefined) throw new Error(`wrangler check startup says no active time:\n${printed}`);
    least = Math.min(least, Number(active));
  }
  return least;
}
