/**
 * Writes the catalogue of system permissions, with their descriptions, to the directory;
 * for a deployed one with `wrangler d1 execute DIRECTORY --remote --file <generated SQL>`. Safe to repeat;
 * permissions that the source no longer knows are removed.
 */
import { parseArgs } from "node:util";
import { SYSTEM_PERMISSIONS } from "../src/domain/access/catalogue.ts";
import { permissionCatalogueSql } from "./permission-catalogue-sql.ts";
import { localState } from "./tooling/local-state.ts";
import { type OpenDatabases, openLocalDatabases, openThroughWrangler } from "./tooling/open-databases.ts";
import { runScript } from "./tooling/run-script.ts";

/** The directory is listed first. */
async function seedPermissions({ databases: [directory], close }: OpenDatabases): Promise<void> {
  try {
    await directory?.run(permissionCatalogueSql());
  } catch (error) {
    if (!String(error).includes("no such table")) throw error;
    throw new Error("The directory has no tables yet. First: npm run migrate", { cause: error });
  } finally {
    await close();
  }
  console.log(`  ${SYSTEM_PERMISSIONS.length} system permissions in the catalogue`);
}

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      remote: { type: "boolean", default: false },
      local: { type: "boolean", default: false },
      "persist-to": { type: "string" },
    },
  });
  if (values.remote) {
    console.log("Seeding permissions in the deployed directory…");
    await seedPermissions(openThroughWrangler(["--remote"]));
    console.log("Done. Next: npm run deploy");
    return;
  }
  console.log("Seeding permissions in the local directory…");
  await seedPermissions(await openLocalDatabases(localState(values["persist-to"])));
  console.log("Done. Next: npm run seed:demo, or npm start");
});
