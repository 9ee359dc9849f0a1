import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LocalState } from "../../scripts/tooling/local-state.ts";
import { deleteState, makeMigratedState } from "../support/migrated-state.ts";
import { type Server, startServer } from "../support/server.ts";

/** The five-minute walk of a README: what a reader would paste, block by block. */
function walkOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const section = /^## (?:Five minutes|Пять минут)$([\s\S]*?)^## /m.exec(text)?.[1] ?? "";
  return [...section.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? "");
}

const SEPARATOR = "-- next block --";

let state: LocalState;
let server: Server;

beforeAll(async () => {
  state = await makeMigratedState();
  server = await startServer({ folder: state.folder });
});

afterAll(async () => {
  await server?.stop();
  if (state) deleteState(state);
});

test("the README's five-minute walk does what it says, literally", async () => {
  const blocks = walkOf("README.md");
  expect(blocks).toHaveLength(8);
  const script = blocks
    .map((block) => block.replace("http://localhost:8787", server.url))
    .join(`\necho; echo '${SEPARATOR}'\n`);
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
    env: { ...process.env },
  });
  const [, registered, table, records, fields, mistakes, colleague, message] = stdout.split(SEPARATOR);

  expect(registered).toContain('"tenant":{');
  expect(table).toContain('"name":"deals"');
  // The list is sorted by amount; the query finds the one deal that is both won and large.
  expect(records).toMatch(/"Bakery".*"Florist"/);
  expect(records?.trim().split("\n").at(-1)).toMatch(/"title":"Bakery"/);
  expect(records?.trim().split("\n").at(-1)).not.toMatch(/"title":"Florist"/);
  expect(fields).toContain("enum: [ 'new', 'won', 'lost', null ]");
  for (const path of ["amount", "phone", "colour"]) expect(mistakes).toContain(`"path":"${path}"`);
  expect(mistakes).toContain("Неверные данные");
  expect(colleague).toContain('"title":"Bakery"');
  expect(colleague).toContain("deleting answers 403");
  expect(message).toContain('"status":"sent"');
  expect(message).toContain('"address":"+79123456789"');
});

test("both READMEs walk the same walk", () => {
  expect(walkOf("README.ru.md")).toEqual(walkOf("README.md"));
});
