/**
 * Brings the directory and every shard that wrangler.toml lists up to the committed migrations. Safe to repeat.
 *
 *   npm run migrate [-- --persist-to DIR]   the local databases
 *   npm run migrate -- --remote             the deployed ones: `wrangler d1 migrations apply <binding> --remote`
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ConfiguredDatabase, listDatabases } from "./tooling/databases.ts";
import { type LocalState, localState } from "./tooling/local-state.ts";
import { type OpenDatabase, openLocalDatabases } from "./tooling/open-databases.ts";
import { root } from "./tooling/root.ts";
import { runScript } from "./tooling/run-script.ts";
import { runWrangler } from "./tooling/wrangler.ts";

/** wrangler.toml carries such an id until the operator has created the database. */
const PLACEHOLDER_ID = /^0{8}-0{4}-0{4}-0{4}-/;

/** wrangler's own table of what it has applied: here and on the command line, the same bookkeeping. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
\t\tid         INTEGER PRIMARY KEY AUTOINCREMENT,
\t\tname       TEXT UNIQUE,
\t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/**
 * Does what `wrangler d1 migrations apply <binding> --local` does, for all databases in one process: the command
 * takes several seconds for each of them, which every first start and every end-to-end test would pay.
 */
export async function migrateLocal(state: LocalState): Promise<void> {
  mkdirSync(state.folder, { recursive: true });
  const { databases, close } = await openLocalDatabases(state);
  try {
    const configured = listDatabases();
    for (const [index, database] of databases.entries()) {
      const applied = await applyLocally(database, configured[index]?.migrations ?? "");
      report(database.binding, applied);
    }
  } finally {
    await close();
  }
}

async function applyLocally(database: OpenDatabase, folder: string): Promise<number> {
  const { unstable_splitSqlQuery: splitSql } = await import("wrangler");
  await database.run([BOOKKEEPING]);
  const [rows = []] = await database.query("SELECT name FROM d1_migrations");
  const done = new Set(rows.map(({ name }) => name));
  const waiting = migrationFiles(folder).filter((name) => !done.has(name));
  for (const name of waiting) {
    const statements = splitSql(readFileSync(join(root, folder, name), "utf8"));
    // One batch: a migration that fails half-way leaves nothing behind.
    await database.run([...statements, `INSERT INTO d1_migrations (name) VALUES ('${name}')`]);
  }
  return waiting.length;
}

async function migrateRemote(): Promise<void> {
  const databases = listDatabases();
  const uncreated = databases.filter(({ id }) => PLACEHOLDER_ID.test(id));
  if (uncreated.length > 0) {
    const commands = uncreated.map(({ name }) => `  npx wrangler d1 create ${name} --location weur`);
    throw new Error(
      `These databases do not exist yet. Create them, then put their ids into wrangler.toml:\n${commands.join("\n")}`,
    );
  }
  // One after the other: when one fails, the rest stay as they were and the output tells where it stopped.
  for (const database of databases) {
    await applyRemotely(database);
  }
}

async function applyRemotely({ binding }: ConfiguredDatabase): Promise<void> {
  const output = await runWrangler(["d1", "migrations", "apply", binding, "--remote"]);
  report(binding, Number(/About to apply (\d+) migration/.exec(output)?.[1] ?? 0));
}

function report(binding: string, applied: number): void {
  console.log(`  ${binding.padEnd(12)} ${applied === 0 ? "up to date" : `${applied} applied`}`);
}

function migrationFiles(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".sql"))
    .sort();
}

if (import.meta.main) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        remote: { type: "boolean", default: false },
        local: { type: "boolean", default: false },
        "persist-to": { type: "string" },
      },
    });
    if (values.remote) {
      console.log("Applying migrations to the deployed databases…");
      await migrateRemote();
      console.log("Done. Next: npm run seed:permissions -- --remote");
      return;
    }
    console.log("Applying migrations to the local databases…");
    await migrateLocal(localState(values["persist-to"]));
    console.log("Done. Next: npm start");
  });
}
