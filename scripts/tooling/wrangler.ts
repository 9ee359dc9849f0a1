import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { root } from "./root.ts";

const manifest = createRequire(import.meta.url).resolve("wrangler/package.json");

/** wrangler's own start file, run by the Node that runs this script: the machine's may be too old for it. */
export const WRANGLER = join(dirname(manifest), "bin/wrangler.js");

/** Non-interactive, without any call home, and with this Node for wrangler's custom build. */
export const QUIET_ENV = {
  CI: "true",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
};

/** Runs one wrangler command to its end and answers what it printed; throws with all of it when it fails. */
export async function runWrangler(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: root,
    env: { ...process.env, ...QUIET_ENV, WRANGLER_LOG: "log" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`wrangler ${args.join(" ")} failed:\n${stdout}${stderr}`.trimEnd());
  }
  return stdout;
}
