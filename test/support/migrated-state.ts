import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalState, localState } from "../../scripts/tooling/local-state.ts";
import { isDone } from "../../scripts/tooling/once-for.ts";
import { MIGRATE, prepareLocally } from "../../scripts/tooling/prepare.ts";
import { root } from "../../scripts/tooling/root.ts";

const template = localState(join(root, ".tmp/migrated-state"));

/**
 * A folder of local databases of its own for `--persist-to`, migrated, with nothing but the permissions in them.
 * Making one takes some seconds, so it is done once for these migrations and copied. The caller deletes it.
 */
export async function makeMigratedState(): Promise<LocalState> {
  const folder = mkdtempSync(join(tmpdir(), "crm-state-"));
  cpSync(template.folder, folder, { recursive: true });
  return localState(folder);
}

/** Makes what is copied, unless it is there; prepare-servers.ts calls it before any test. */
export async function makeTemplate(): Promise<void> {
  if (!isDone(template, MIGRATE)) {
    // An edited migration is not applied again to what carries its name already.
    rmSync(template.folder, { recursive: true, force: true });
  }
  await prepareLocally(template, false);
}

export function deleteState({ folder }: LocalState): void {
  rmSync(folder, { recursive: true, force: true });
}
