/**
 * The real server for end-to-end tests: what `npm start` runs, as a process of its own.
 *
 *     const server = await startServer({ folder, env: { WAPPI_BASE_URL: standIn.url } });
 *     await fetch(`${server.url}/healthz`);
 *     await server.kill();                                  // as a power cut would
 *     const again = await startServer({ folder, port: server.port });
 *     await again.stop();
 *
 * The queue is fed locally by the process itself; cron handlers run once a minute, or at once through `fireCrons`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { root } from "../../scripts/tooling/root.ts";

export interface Server {
  readonly url: string;
  readonly port: number;
  /** What it has printed so far. */
  output(): string;
  /** SIGKILL to the whole process group: nothing gets a chance to finish or to clean up. */
  kill(): Promise<void>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Where the databases live (`--persist-to`); a server started on it again finds what is there. */
  readonly folder: string;
  /** A free one unless given. */
  readonly port?: number;
  /** Settings of .dev.vars.example, such as WAPPI_BASE_URL. */
  readonly env?: Readonly<Record<string, string>>;
  /** With the demo companies. */
  readonly demo?: boolean;
}

const READY = "The CRM runs on";
const START_MS = 90_000;
const STOP_MS = 10_000;

/** Answers when the server serves; throws with all that it printed when it does not get there. */
export async function startServer({ folder, port, env, demo = false }: ServerOptions): Promise<Server> {
  const ownPort = port ?? (await freePort());
  const options = ["--port", String(ownPort), "--persist-to", folder, ...(demo ? [] : ["--no-demo"])];
  // wrangler behaves otherwise where it takes itself to be under test.
  const { NODE_ENV: _, VITEST: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), ...options], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // The leader of a process group, so that workerd can be killed along with it.
    detached: true,
  });
  let printed = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        printed += chunk;
        if (printed.includes(READY)) resolve(true);
      });
    }
    child.once("close", () => resolve(false));
    setTimeout(() => resolve(false), START_MS).unref();
  });
  const kill = async () => {
    signalGroup(child, "SIGKILL");
    await ended;
  };
  if (!(await ready)) {
    await kill();
    throw new Error(`The server did not start:\n${printed}`);
  }
  return {
    url: `http://localhost:${ownPort}`,
    port: ownPort,
    output: () => printed,
    kill,
    async stop() {
      const patience = setTimeout(() => signalGroup(child, "SIGKILL"), STOP_MS);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(patience);
    },
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Nobody of the group is left.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
