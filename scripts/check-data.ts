/**
 * Proves that what stands beside the records of every tenant is what the records say: index, unique, search and link
 * rows, titles, folded copies, counters and whatever points at something. Reads only.
 *
 *   npm run check:data [-- --remote] [--persist-to DIR] [--shard TENANTS_01] [--tenant ID]
 *
 * It reads page after page while the server runs on, looks twice where it finds something, and tells ids and names,
 * never values.
 */
import { parseArgs } from "node:util";
import { checkShard } from "./check-data/check-shard.ts";
import { type Counts, count, describeFinding, type Finding } from "./check-data/finding.ts";
import { localState } from "./tooling/local-state.ts";
import { type OpenDatabase, openLocalDatabases, openThroughWrangler } from "./tooling/open-databases.ts";
import { runScript } from "./tooling/run-script.ts";

/** How many findings are told one by one. */
const MOST_TOLD = 200;

export async function checkData(
  shards: readonly OpenDatabase[],
  tell: (line: string) => void,
  tenant?: string,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const counts: Counts = new Map();
  for (const shard of shards) {
    tell(`${shard.binding}…`);
    const report = await checkShard(shard, {
      wanted: (one) => tenant === undefined || one === tenant,
      progress: (text) => tell(`  ${text}`),
    });
    findings.push(...report.findings);
    for (const type of report.leftOut) tell(`  ${type}: left out while a job works on it; check again later`);
    for (const [table, rows] of report.counts) count(counts, table, rows);
  }
  for (const [table, rows] of counts) tell(`  ${table.padEnd(14)} ${rows} rows`);
  for (const finding of findings.slice(0, MOST_TOLD)) tell(`✗ ${describeFinding(finding)}`);
  if (findings.length > MOST_TOLD) tell(`… and ${findings.length - MOST_TOLD} more`);
  return findings;
}

function chooseShards(wanted: string | undefined, databases: readonly OpenDatabase[]): OpenDatabase[] {
  const shards = databases.filter(({ binding }) => binding.startsWith("TENANTS_"));
  const chosen = shards.filter(({ binding }) => wanted === undefined || binding === wanted);
  if (chosen.length === 0) {
    throw new Error(
      `There is no shard ${wanted}; wrangler.toml has ${shards.map((one) => one.binding).join(", ")}.`,
    );
  }
  return chosen;
}

if (import.meta.main) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        remote: { type: "boolean", default: false },
        "persist-to": { type: "string" },
        shard: { type: "string" },
        tenant: { type: "string" },
      },
    });
    const where = values.remote ? "deployed" : "local";
    console.log(`Checking the data of the ${where} databases…`);
    const { databases, close } = values.remote
      ? openThroughWrangler(["--remote"])
      : await openLocalDatabases(localState(values["persist-to"]));
    try {
      const findings = await checkData(chooseShards(values.shard, databases), console.log, values.tenant);
      if (findings.length > 0) {
        throw new Error(
          `${findings.length} findings. Back the databases up, look at what was deployed or run last, and report it ` +
            "with these lines; restoring a backup makes the search rows anew.",
        );
      }
    } finally {
      await close();
    }
    console.log("Nothing is wrong; there is nothing to do.");
  });
}
