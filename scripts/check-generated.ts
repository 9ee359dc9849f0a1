/** Fails when a generated file is not what its source generates; changes nothing. */
import { MIGRATION_SETS, missingMigrations } from "./tooling/migration-files.ts";
import { runNodeScript, runScript } from "./tooling/run-script.ts";
import { areWorkerTypesCurrent } from "./tooling/worker-types.ts";

await runScript(async () => {
  const outdated: string[] = [];
  for (const set of MIGRATION_SETS) {
    const missing = await missingMigrations(set);
    if (missing.length > 0) {
      outdated.push(`migrations/${set} (the tables have changed: ${missing.join(", ")} is missing)`);
    }
  }
  if (!(await areWorkerTypesCurrent())) {
    outdated.push("worker-configuration.d.ts");
  }
  await runNodeScript("scripts/openapi.ts", ["--check"]).catch(() => outdated.push("docs/openapi.json"));
  if (outdated.length > 0) {
    throw new Error(`Out of date:\n  ${outdated.join("\n  ")}\nRun: npm run generate`);
  }
  console.log("Migrations, worker types and the OpenAPI document are up to date.");
});
