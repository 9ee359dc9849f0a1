import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../tooling/root.ts";
import { runWrangler } from "../tooling/wrangler.ts";

export interface BuiltWorker {
  /** Folder of the modules that would be uploaded. */
  readonly folder: string;
  /** The module that holds the handlers. */
  readonly main: string;
  /** The whole upload in one file, as `wrangler check startup` takes it. */
  readonly upload: string;
  /** Bytes of all modules. */
  readonly plain: number;
  readonly gzipped: number;
}

/** Builds the Worker just as a deployment would, under the project's folder for temporary files. */
export async function buildWorker(): Promise<BuiltWorker> {
  const folder = join(root, ".tmp/bench/worker");
  const upload = join(root, ".tmp/bench/worker.bundle");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await runWrangler(["deploy", "--dry-run", "--outdir", folder, "--outfile", upload]);
  const modules = readdirSync(folder)
    .filter((name) => !/\.(map|md|bundle)$/.test(name))
    .map((name) => readFileSync(join(folder, name)));
  return {
    folder,
    main: join(folder, "worker.js"),
    upload,
    plain: modules.reduce((sum, code) => sum + code.length, 0),
    gzipped: modules.reduce((sum, code) => sum + gzipSync(code).length, 0),
  };
}
