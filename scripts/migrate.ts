/**
 * Brings the directory and every shard that wrangler.toml lists up to the committed migrations:
 * `wrangler d1 migrations apply <binding> --local|--remote` for each of them. Safe to repeat.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ConfiguredDatabase, listDatabases } from "./tooling/databases.ts";
import { type LocalState, localState } from "./tooling/local-state.ts";
import { root } from "./tooling/root.ts";
import { runScript } from "./tooling/run-script.ts";
import { runWrangler } from "./tooling/wrangler.ts";

/** wrangler.toml carries such an id until the operator has created the database. */
const PLACEHOLDER_ID = /^0{8}-0{4}-0{4}-0{4}-/;

export async function migrateLocal(state: LocalState): Promise<void> {
  const databases = listDatabases();
  const waiting = [...databases];
  const again: ConfiguredDatabase[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const database = next;
      await applyMigrations(database, ["--local", "--persist-to", state.folder]).catch(() => {
        again.push(database);
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), databases.length) }, worker));
  // Local databases share one bookkeeping file, and whoever finds it locked gives up: try those alone.
  for (const database of again) {
    await applyMigrations(database, ["--local", "--persist-to", state.folder]);
  }
  mkdirSync(state.folder, { recursive: true });
  writeFileSync(state.migratedStamp, migrationsDigest());
}

/** True when this state was brought up to just these migrations before, so that starting can skip them. */
export function isMigrated(state: LocalState): boolean {
  return (
    existsSync(state.databases) &&
    existsSync(state.migratedStamp) &&
    readFileSync(state.migratedStamp, "utf8") === migrationsDigest()
  );
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
    await applyMigrations(database, ["--remote"]);
  }
}

async function applyMigrations(database: ConfiguredDatabase, where: readonly string[]): Promise<void> {
  const started = performance.now();
  const output = await runWrangler(["d1", "migrations", "apply", database.binding, ...where]);
  const applied = output.match(/│\s*✅/g)?.length ?? 0;
  const what = applied === 0 ? "up to date" : `${applied} applied`;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${database.binding.padEnd(12)} ${what} (${seconds} s)`);
}

function migrationsDigest(): string {
  const hash = createHash("sha256");
  for (const { binding, id, migrations } of listDatabases()) {
    const folder = join(root, migrations);
    const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
    hash.update(JSON.stringify([binding, id, files.sort()]));
    for (const file of files) {
      hash.update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest("hex");
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
