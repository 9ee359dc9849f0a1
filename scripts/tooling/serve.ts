import { join } from "node:path";
import { settingsFromEnvironment } from "./dev-vars.ts";
import type { LocalState } from "./local-state.ts";
import { root } from "./root.ts";
import { QUIET_ENV } from "./wrangler.ts";

export interface LocalServer {
  stop(): Promise<void>;
}

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly state: LocalState;
  readonly watch: boolean;
  /** Show requests and the Worker's log; otherwise only errors. */
  readonly verbose: boolean;
}

/**
 * What `wrangler dev` runs, in this process: the command line cannot be told to ignore changes of the source,
 * and a server that restarts under a running request because somebody saved a file is not `npm start`.
 */
export async function serveLocally(options: ServeOptions): Promise<LocalServer> {
  // wrangler reads these when it is loaded.
  Object.assign(process.env, QUIET_ENV);
  const { unstable_dev } = await import("wrangler");
  const server = await unstable_dev(join(root, "src/worker.ts"), {
    config: join(root, "wrangler.toml"),
    ip: options.host,
    port: options.port,
    persistTo: options.state.folder,
    vars: settingsFromEnvironment(),
    logLevel: options.verbose ? "log" : "error",
    inspect: false,
    experimental: {
      watch: options.watch,
      liveReload: options.watch,
      forceLocal: true,
      disableDevRegistry: true,
      disableExperimentalWarning: true,
      showInteractiveDevSession: false,
    },
  });
  return { stop: () => server.stop() };
}
