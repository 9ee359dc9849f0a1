import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateLocal } from "../../scripts/migrate.ts";
import { type LocalState, localState } from "../../scripts/tooling/local-state.ts";
import { onceFor } from "../../scripts/tooling/once-for.ts";
import { root } from "../../scripts/tooling/root.ts";

/**
 * A folder of local databases of its own, migrated and empty; for `--persist-to`. Migrating takes some
 * seconds, so it is done once for these migrations and copied. The caller deletes the folder.
 */
export async function makeMigratedState(): Promise<LocalState> {
  const template = localState(join(root, ".tmp/migrated-state"));
  await onceFor(template, "migrate", ["wrangler.toml", "migrations"], async () => {
    rmSync(template.folder, { recursive: true, force: true });
    await migrateLocal(template);
  });
  const folder = mkdtempSync(join(tmpdir(), "crm-state-"));
  cpSync(template.folder, folder, { recursive: true });
  return localState(folder);
}

export function deleteState({ folder }: LocalState): void {
  rmSync(folder, { recursive: true, force: true });
}
