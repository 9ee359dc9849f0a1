/**
 * Writes the catalogue of system permissions, with their descriptions, to the directory:
 * `wrangler d1 execute DIRECTORY --local|--remote --file <generated SQL>`. Safe to repeat; permissions that the
 * source no longer knows are removed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SYSTEM_PERMISSIONS } from "../src/domain/access/catalogue.ts";
import { permissionCatalogueSql } from "./permission-catalogue-sql.ts";
import { localState } from "./tooling/local-state.ts";
import { runScript } from "./tooling/run-script.ts";
import { runWrangler } from "./tooling/wrangler.ts";

async function seedPermissions(where: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edge-crm-"));
  const file = join(folder, "permissions.sql");
  try {
    writeFileSync(file, `${permissionCatalogueSql().join(";\n")};\n`);
    await runWrangler(["d1", "execute", "DIRECTORY", ...where, "--yes", "--file", file]);
  } catch (error) {
    if (!String(error).includes("no such table")) throw error;
    throw new Error("The directory has no tables yet. First: npm run migrate", { cause: error });
  } finally {
    rmSync(folder, { recursive: true });
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
    await seedPermissions(["--remote"]);
    console.log("Done. Next: npm run deploy");
    return;
  }
  console.log("Seeding permissions in the local directory…");
  await seedPermissions(["--local", "--persist-to", localState(values["persist-to"]).folder]);
  console.log("Done. Next: npm run seed:demo, or npm start");
});
