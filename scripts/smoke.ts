/**
 * The main job against a running server, local or deployed, through nothing but its public HTTP API: registers two
 * companies, builds a table, works with records, roles and messages, and deletes what it made.
 *
 *   npm run smoke -- --base https://crm.example.workers.dev [--registration-token TOKEN]
 *
 * Ends with `N passed, N failed`; the exit code is 0 when nothing failed. Ctrl-C cleans up and ends.
 */
import { parseArgs } from "node:util";
import { runSmoke } from "./smoke/run.ts";
import { runScript } from "./tooling/run-script.ts";

const USAGE = "npm run smoke -- --base URL [--registration-token TOKEN]";

await runScript(async () => {
  const { values } = parseArgs({
    options: { base: { type: "string" }, "registration-token": { type: "string" } },
  });
  const base = readBase(values.base);
  let stopped = false;
  process.on("SIGINT", () => {
    stopped = true;
    console.log("\nStopping after this step.");
  });
  console.log(`Smoke test of ${base}`);
  const { passed, failed } = await runSmoke({
    base,
    registrationToken: values["registration-token"],
    print: (line) => console.log(line),
    isStopped: () => stopped,
  });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || stopped ? 1 : 0;
});

function readBase(given: string | undefined): string {
  if (given === undefined) throw new Error(`Which server? ${USAGE}`);
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`--base must be an address such as http://localhost:8787, not ${given}. ${USAGE}`);
  }
  return url.href.replace(/\/+$/, "");
}
