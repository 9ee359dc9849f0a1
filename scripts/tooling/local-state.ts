import { join, resolve } from "node:path";
import { root } from "./root.ts";

/** Where the local databases live. */
export interface LocalState {
  /** What wrangler calls `--persist-to`. */
  readonly folder: string;
  /** Its folder of D1 databases; wrangler makes it. */
  readonly databases: string;
}

/** @param folder as given on the command line; without it, the folder that wrangler uses by itself. */
export function localState(folder: string | undefined): LocalState {
  const own = folder === undefined ? join(root, ".wrangler/state") : resolve(folder);
  return { folder: own, databases: join(own, "v3/d1") };
}
