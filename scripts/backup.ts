/**
 * Writes every ordinary table of the directory and of all shards to a folder: one NDJSON file a table, and a
 * manifest with counts and checksums. D1's own export refuses databases with search tables.
 *
 *   npm run backup -- --out DIR [--remote] [--persist-to DIR]
 *
 * It reads page after page while the server runs on, so rows written meanwhile may or may not be in it. For a
 * moment's exact state use D1's Time Travel.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { MANIFEST, type Manifest, type ManifestDatabase } from "./backup/manifest.ts";
import { readLines } from "./backup/rows.ts";
import { countRows, readContents } from "./backup/tables.ts";
import { localState } from "./tooling/local-state.ts";
import { type OpenDatabase, openLocalDatabases, openThroughWrangler } from "./tooling/open-databases.ts";
import { runScript } from "./tooling/run-script.ts";

export async function backUp(databases: readonly OpenDatabase[], folder: string): Promise<Manifest> {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} is not empty: a backup goes into a folder of its own.`);
  }
  const startedAt = new Date().toISOString();
  const saved: ManifestDatabase[] = [];
  for (const database of databases) {
    saved.push(await backUpDatabase(database, folder));
  }
  const manifest: Manifest = {
    format: 1,
    started_at: startedAt,
    finished_at: new Date().toISOString(),
    databases: saved,
  };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function backUpDatabase(database: OpenDatabase, folder: string): Promise<ManifestDatabase> {
  const { binding } = database;
  const { tables, migrations } = await readContents(database);
  const counts = await countRows(database, tables);
  mkdirSync(join(folder, binding), { recursive: true });
  const saved: ManifestDatabase["tables"][number][] = [];
  for (const table of tables) {
    const { name, columns } = table;
    const file = `${binding}/${name}.ndjson`;
    // Asking for the rows of an empty table would cost a whole wrangler command.
    const lines = counts.get(name) === 0 ? [] : readLines(database, table);
    saved.push({ name, columns, ...(await writeLines(lines, join(folder, file))), file });
  }
  const rows = saved.reduce((sum, table) => sum + table.rows, 0);
  console.log(`  ${binding.padEnd(12)} ${saved.length} tables, ${rows} rows`);
  return { binding, migrations, tables: saved };
}

async function writeLines(
  lines: AsyncIterable<string> | Iterable<string>,
  path: string,
): Promise<{ rows: number; sha256: string }> {
  const file = await open(path, "w");
  const hash = createHash("sha256");
  let rows = 0;
  try {
    for await (const line of lines) {
      const text = `${line}\n`;
      await file.write(text);
      hash.update(text);
      rows++;
    }
  } finally {
    await file.close();
  }
  return { rows, sha256: hash.digest("hex") };
}

if (import.meta.main) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        out: { type: "string" },
        remote: { type: "boolean", default: false },
        "persist-to": { type: "string" },
      },
    });
    if (values.out === undefined) {
      throw new Error("Where to? npm run backup -- --out DIR [--remote]");
    }
    const folder = resolve(values.out);
    console.log(`Backing up the ${values.remote ? "deployed" : "local"} databases to ${folder}…`);
    const { databases, close } = values.remote
      ? openThroughWrangler(["--remote"])
      : await openLocalDatabases(localState(values["persist-to"]));
    try {
      await backUp(databases, folder);
    } finally {
      await close();
    }
    console.log("Done. To put it into empty, migrated databases: npm run restore -- --from DIR [--remote]");
  });
}
