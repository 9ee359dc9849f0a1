/** Writes every generated file anew: migrations, the Worker's types, the OpenAPI document. */
import { generateMigration, MIGRATION_SETS } from "./tooling/migration-files.ts";
import { runNodeScript, runScript } from "./tooling/run-script.ts";
import { generateWorkerTypes } from "./tooling/worker-types.ts";

await runScript(async () => {
  for (const set of MIGRATION_SETS) {
    console.log(`Migrations of ${set}…`);
    await generateMigration(set);
  }
  console.log("Types of the Worker's bindings…");
  await generateWorkerTypes();
  console.log("OpenAPI document…");
  await runNodeScript("scripts/openapi.ts");
  console.log("Done. Read the difference before committing it: git diff --stat");
});
