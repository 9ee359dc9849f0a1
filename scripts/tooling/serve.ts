import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { localSettings } from "./dev-vars.ts";
import type { LocalState } from "./local-state.ts";
import { root } from "./root.ts";
import { QUIET_ENV, WRANGLER } from "./wrangler.ts";

export interface LocalServer {
  stop(): Promise<void>;
}

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly state: LocalState;
  /** Show requests and the Worker's log; otherwise only errors. */
  readonly verbose: boolean;
}

/**
 * What `wrangler dev` runs, in this process: the command line cannot be told to ignore changes of the source,
 * and a server that restarts under a running request because somebody saved a file is not `npm start`.
 */
export async function serveLocally(
  { host, port, state, verbose }: ServeOptions,
  base: string,
): Promise<LocalServer> {
  // wrangler reads these when it is loaded.
  Object.assign(process.env, QUIET_ENV);
  const { unstable_startWorker } = await import("wrangler");
  const settings = Object.entries(localSettings(base));
  const worker = await unstable_startWorker({
    config: join(root, "wrangler.toml"),
    bindings: Object.fromEntries(settings.map(([name, value]) => [name, { type: "plain_text", value }])),
    dev: {
      server: { hostname: host, port },
      inspector: false,
      persist: state.folder,
      logLevel: verbose ? "log" : "error",
      remote: false,
      watch: false,
      liveReload: false,
    },
  });
  await worker.ready;
  return { stop: () => worker.dispose() };
}

/** `wrangler dev`, which reloads on every change and shows its own log. Answers once the Worker does. */
export async function serveWithReload(
  { host, port, state }: ServeOptions,
  base: string,
): Promise<LocalServer> {
  const vars = Object.entries(localSettings(base)).map(([name, value]) => `--var=${name}:${value}`);
  const options = [`--ip=${host}`, `--port=${port}`, `--persist-to=${state.folder}`, ...vars];
  const child = spawn(
    process.execPath,
    [WRANGLER, "dev", "--show-interactive-dev-session=false", ...options],
    {
      cwd: root,
      env: { ...process.env, ...QUIET_ENV },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const ended = once(child, "exit");
  while (!(await answers(base))) {
    if (child.exitCode !== null) {
      throw new Error("wrangler dev ended before it served anything.");
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    stop: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}

async function answers(base: string): Promise<boolean> {
  try {
    await (await fetch(`${base}/healthz`)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
