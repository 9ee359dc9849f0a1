/** Deletes the local databases, so that the next start begins afresh. Deployed databases are never touched. */
import { existsSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { localState } from "./tooling/local-state.ts";
import { runScript } from "./tooling/run-script.ts";

await runScript(async () => {
  const { values } = parseArgs({ options: { "persist-to": { type: "string" } } });
  const { folder } = localState(values["persist-to"]);
  if (!existsSync(folder)) {
    console.log(`Nothing to delete: ${folder} does not exist.`);
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`Deleted the local databases in ${folder}. \`npm start\` makes new ones.`);
});
