/** Writes `docs/openapi.json`, what `/openapi.json` serves; `--check` fails where the file is not that. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadEndpoints } from "../src/http/endpoints.ts";
import { openApiDocument } from "../src/http/openapi.ts";
import { root } from "./tooling/root.ts";
import { runScript } from "./tooling/run-script.ts";

const path = "docs/openapi.json";

await runScript(async () => {
  const generated = `${JSON.stringify(openApiDocument(await loadEndpoints()), null, 2)}\n`;
  const file = join(root, path);
  if (!process.argv.includes("--check")) {
    await writeFile(file, generated);
    console.log(`Wrote ${path}.`);
    return;
  }
  const committed = await readFile(file, "utf8").catch(() => "");
  if (committed === generated) return;
  const [was, is] = [committed.split("\n"), generated.split("\n")];
  const line = is.findIndex((text, i) => text !== was[i]);
  throw new Error(
    `${path} is not what the endpoints say, first at line ${line + 1}:\n` +
      `  file:      ${was[line]?.trim() ?? "(ends)"}\n  endpoints: ${is[line]?.trim() ?? "(end)"}\n` +
      "Run: npm run openapi",
  );
});
