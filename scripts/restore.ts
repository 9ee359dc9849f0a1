/**
 * Puts a backup into databases that are migrated and empty, then counts every table.
 *
 *   npm run restore -- --from DIR [--remote] [--persist-to DIR]
 *
 * It checks everything first (the files' checksums, that each database is at the backup's migrations and
 * empty) and only then writes. When it fails half-way, empty the databases and start again.
 */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Manifest, type ManifestDatabase, readManifest } from "./backup/manifest.ts";
import { insertStatements } from "./backup/rows.ts";
import { searchStatements } from "./backup/search.ts";
import { countRows, readContents } from "./backup/tables.ts";
import { listDatabases } from "./tooling/databases.ts";
import { localState } from "./tooling/local-state.ts";
import { type OpenDatabase, openLocalDatabases, openThroughWrangler } from "./tooling/open-databases.ts";
import { root } from "./tooling/root.ts";
import { runScript } from "./tooling/run-script.ts";
import { quoteName } from "./tooling/sql-text.ts";

/** How much SQL is handed over at once: a wrangler command takes seconds, a file of this size no longer. */
const GROUP_BYTES = 8_000_000;

export async function restore(databases: readonly OpenDatabase[], folder: string): Promise<void> {
  const manifest = readManifest(folder);
  await assertFilesAreWhole(manifest, folder);
  const pairs = manifest.databases.map((saved) => {
    const database = databases.find(({ binding }) => binding === saved.binding);
    if (database === undefined) {
      throw new Error(`The backup has ${saved.binding}, which wrangler.toml does not list.`);
    }
    return { saved, database };
  });
  const prefilled = new Map<string, string[]>();
  for (const { saved, database } of pairs) {
    prefilled.set(saved.binding, await assertReady(saved, database));
  }
  for (const { saved, database } of pairs) {
    await restoreDatabase(saved, database, folder, prefilled.get(saved.binding) ?? []);
  }
}

async function restoreDatabase(
  saved: ManifestDatabase,
  database: OpenDatabase,
  folder: string,
  prefilled: readonly string[],
): Promise<void> {
  let group = prefilled.map((table) => `DELETE FROM ${quoteName(table)}`);
  let bytes = 0;
  for (const table of saved.tables) {
    const lines = readFileLines(join(folder, table.file));
    for await (const statement of insertStatements(table.name, table.columns, lines)) {
      group.push(statement);
      bytes += statement.length;
      if (bytes > GROUP_BYTES) {
        await database.run(group);
        group = [];
        bytes = 0;
      }
    }
  }
  if (group.length > 0) {
    await database.run(group);
  }
  const search = await searchStatements(database);
  if (search.length > 0) {
    await database.run(search);
  }
  const counts = await countRows(database, saved.tables);
  for (const { name, rows } of saved.tables) {
    if (counts.get(name) !== rows) {
      throw new Error(`${saved.binding}.${name}: ${counts.get(name)} rows are there, ${rows} were saved.`);
    }
  }
  const total = saved.tables.reduce((sum, { rows }) => sum + rows, 0);
  console.log(`  ${saved.binding.padEnd(12)} ${saved.tables.length} tables, ${total} rows`);
}

/** Lines end with a line feed and nothing else: Node's readline would split at U+2028 inside a text too. */
async function* readFileLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, "utf8")) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

async function assertFilesAreWhole(manifest: Manifest, folder: string): Promise<void> {
  for (const { file, sha256 } of manifest.databases.flatMap(({ tables }) => tables)) {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(join(folder, file))) {
      hash.update(chunk as Buffer);
    }
    if (hash.digest("hex") !== sha256) {
      throw new Error(`${file} is not what was backed up: its checksum differs.`);
    }
  }
}

/** Answers the tables whose rows come from the migrations themselves; every other table must be empty. */
async function assertReady(saved: ManifestDatabase, database: OpenDatabase): Promise<string[]> {
  const { migrations } = await readContents(database);
  if (migrations.join() !== saved.migrations.join()) {
    throw new Error(
      `${saved.binding} is at other migrations than the backup.\n  backup:   ${saved.migrations.join(", ")}\n` +
        `  database: ${migrations.join(", ") || "none"}`,
    );
  }
  const fromMigrations = tablesFilledByMigrations(saved);
  const prefilled: string[] = [];
  for (const [name, rows] of await countRows(database, saved.tables)) {
    if (rows === 0) {
      continue;
    }
    if (!fromMigrations.has(name)) {
      throw new Error(`${saved.binding}.${name} has rows: a backup is restored into empty databases only.`);
    }
    prefilled.push(name);
  }
  return prefilled;
}

function tablesFilledByMigrations({ binding, migrations }: ManifestDatabase): Set<string> {
  const folder = listDatabases().find((database) => database.binding === binding)?.migrations ?? "";
  const inserts = migrations.flatMap((name) => [
    ...readFileSync(join(root, folder, name), "utf8").matchAll(/^INSERT INTO\s+["`]?(\w+)/gim),
  ]);
  return new Set(inserts.map(([, table]) => table ?? ""));
}

if (import.meta.main) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        from: { type: "string" },
        remote: { type: "boolean", default: false },
        "persist-to": { type: "string" },
      },
    });
    if (values.from === undefined) {
      throw new Error("Where from? npm run restore -- --from DIR [--remote]");
    }
    const folder = resolve(values.from);
    console.log(`Restoring ${folder} into the ${values.remote ? "deployed" : "local"} databases…`);
    const { databases, close } = values.remote
      ? openThroughWrangler(["--remote"])
      : await openLocalDatabases(localState(values["persist-to"]));
    try {
      await restore(databases, folder);
    } finally {
      await close();
    }
    console.log("Done: every table has as many rows as were saved.");
  });
}
