import { join } from "node:path";
import type { PlatformProxy } from "wrangler";
import { retry } from "../../src/lib/retry.ts";
import type { LocalState } from "./local-state.ts";
import { root } from "./root.ts";
import { QUIET_ENV } from "./wrangler.ts";

/** A process that has just let go of the databases may not be gone yet. */
const PATIENCE = { attempts: 8, firstDelay: 400, isPassing: isLocked };

/** The Worker's bindings on the local databases, in this process. */
export async function openPlatformProxy<Bindings extends object>(
  state: LocalState,
): Promise<PlatformProxy<Bindings>> {
  // wrangler reads these when it is loaded.
  Object.assign(process.env, QUIET_ENV, { WRANGLER_LOG: "error" });
  const { getPlatformProxy } = await import("wrangler");
  const open = () =>
    getPlatformProxy<Bindings>({
      configPath: join(root, "wrangler.toml"),
      // What `--persist-to` means to wrangler's commands.
      persist: { path: join(state.folder, "v3") },
      remoteBindings: false,
    });
  return retry(open, PATIENCE);
}

function isLocked(error: unknown): boolean {
  return /database is locked|SQLITE_BUSY/.test(String(error));
}
