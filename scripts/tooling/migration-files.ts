import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "./root.ts";
import { runNode } from "./run-script.ts";

export const MIGRATION_SETS = ["directory", "tenant"] as const;
export type MigrationSet = (typeof MIGRATION_SETS)[number];

const manifest = createRequire(import.meta.url).resolve("drizzle-kit");
const DRIZZLE_KIT = join(dirname(manifest), "bin.cjs");

/** Writes the migration that brings the committed ones up to the tables, if there is a difference. */
export async function generateMigration(set: MigrationSet): Promise<void> {
  await runNode(DRIZZLE_KIT, ["generate", `--config=drizzle.${set}.config.ts`]);
}

/** What `generate` would add, found out on a copy. */
export async function missingMigrations(set: MigrationSet): Promise<string[]> {
  const committed = `migrations/${set}`;
  const copy = `.tmp/${committed}`;
  rmSync(join(root, copy), { recursive: true, force: true });
  mkdirSync(join(root, copy), { recursive: true });
  cpSync(join(root, committed), join(root, copy), { recursive: true });
  await runNode(DRIZZLE_KIT, [
    "generate",
    "--dialect=sqlite",
    `--schema=src/storage/tables/${set}.ts`,
    `--out=${copy}`,
  ]);
  const before = new Set(readdirSync(join(root, committed)));
  return readdirSync(join(root, copy)).filter((name) => !before.has(name));
}
