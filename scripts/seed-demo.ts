/**
 * Makes the two demo companies in the local databases: an owner, a manager and several hundred records each.
 * Safe to repeat: what is there stays as it is, what a crash left half-done is completed.
 *
 *   npm run seed:demo [-- --persist-to DIR]
 *
 * There is no `--remote`: these log-ins are known to everybody who has read the source.
 */
import { parseArgs } from "node:util";
import { DEMO_PLANS } from "./demo/companies.ts";
import { type SeedOutcome, seedCompany } from "./demo/seed-company.ts";
import { demoCompany } from "./demo-data.ts";
import { openLocalPlatform } from "./tooling/local-platform.ts";
import { type LocalState, localState } from "./tooling/local-state.ts";
import { runScript } from "./tooling/run-script.ts";

/** What became of each company, in the order of DEMO_PLANS. */
export async function seedDemo(state: LocalState): Promise<SeedOutcome[]> {
  const outcomes: SeedOutcome[] = [];
  const { platform, close } = await openLocalPlatform(state);
  try {
    for (const plan of DEMO_PLANS) {
      const records = demoCompany(plan.locale);
      const started = performance.now();
      const outcome = await seedCompany(platform, plan, records);
      outcomes.push(outcome);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const { leads, individuals, legal_entities } = records;
      const made =
        `made on shard ${plan.shard}: ${leads.length} leads, ${individuals.length} individuals, ` +
        `${legal_entities.length} legal entities (${seconds} s)`;
      console.log(`  ${plan.company.padEnd(12)} ${outcome === "made" ? made : outcome}`);
    }
    return outcomes;
  } catch (error) {
    if (!String(error).includes("no such table")) throw error;
    throw new Error("The databases have no tables yet. First: npm run migrate", { cause: error });
  } finally {
    await close();
  }
}

if (import.meta.main) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        local: { type: "boolean", default: false },
        remote: { type: "boolean", default: false },
        "persist-to": { type: "string" },
      },
    });
    if (values.remote) {
      throw new Error(
        "seed:demo has no --remote: the demo companies' passwords are public, so they exist in local databases only.\n" +
          "In a deployment, register a company instead: POST /api/auth/register.",
      );
    }
    console.log("Seeding the demo companies in the local databases…");
    await seedDemo(localState(values["persist-to"]));
    console.log("Done. Next: npm start");
  });
}
