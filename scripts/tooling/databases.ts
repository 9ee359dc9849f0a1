import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";

export interface ConfiguredDatabase {
  /** Name of the binding: `DIRECTORY` or `TENANTS_…`. */
  readonly binding: string;
  readonly name: string;
  readonly id: string;
  /** Folder of its migrations, relative to the root of the project. */
  readonly migrations: string;
}

/** The directory first, then every shard, as wrangler.toml lists them. */
export function listDatabases(): ConfiguredDatabase[] {
  const blocks = readWranglerToml()
    .split(/^\[\[d1_databases\]\]$/m)
    .slice(1);
  return blocks.map((block) => {
    const own = block.split(/^\[/m)[0] ?? "";
    return {
      binding: setting(own, "binding"),
      name: setting(own, "database_name"),
      id: setting(own, "database_id"),
      migrations: setting(own, "migrations_dir"),
    };
  });
}

/** The cron expressions that the Worker is triggered by. */
export function listCrons(): string[] {
  const list = /^crons\s*=\s*\[([^\]]*)\]/m.exec(readWranglerToml())?.[1] ?? "";
  return [...list.matchAll(/"([^"]*)"/g)].map(([, cron]) => cron ?? "");
}

function readWranglerToml(): string {
  return readFileSync(join(root, "wrangler.toml"), "utf8");
}

function setting(block: string, key: string): string {
  const value = new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, "m").exec(block)?.[1];
  if (value === undefined) {
    throw new Error(`wrangler.toml: a [[d1_databases]] block lacks ${key}.`);
  }
  return value;
}
