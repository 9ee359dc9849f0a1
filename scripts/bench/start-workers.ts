import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { root } from "../tooling/root.ts";
import { BARE_WORKER } from "./bare-worker.ts";
import type { BuiltWorker } from "./build-worker.ts";

/** Only one shard, so that all tenants share it. */
const DATABASES = ["DIRECTORY", "TENANTS_01"] as const;
const LOOPBACK = "127.0.0.1";

/** Settings that a bench wants: log-ins that are never throttled and tokens that outlive the fill. */
const SETTINGS = {
  SECRET_KEY: "only-for-the-bench-0123456789abcdef0123456789abcdef",
  ACCESS_TOKEN_EXPIRE_MINUTES: "1440",
  LOGIN_TRIES_PER_ACCOUNT: "100000",
  LOGIN_TRIES_PER_ADDRESS: "100000",
};

/** Both Workers, in one workerd process. */
export interface RunningWorkers {
  readonly crm: URL;
  readonly bare: URL;
  /** Milliseconds until workerd was ready to serve both. */
  readonly startMs: number;
  /** What the CRM's handlers get as `env`, to run them in this process on the same databases. */
  readonly env: Readonly<Record<string, unknown>>;
  /** Bytes of the shard's database. */
  shardSize(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts workerd through miniflare, without the dev proxy: each Worker has a socket of its own. */
export async function startWorkers({ folder, main }: BuiltWorker): Promise<RunningWorkers> {
  const state = temporaryFolder();
  const config = readConfig();
  const shared = {
    compatibilityDate: config.compatibility_date,
    unsafeDirectSockets: [{ host: LOOPBACK, port: 0 }],
  };
  const started = performance.now();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: LOOPBACK,
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: state,
      workers: [
        {
          ...shared,
          name: "crm",
          modules: [{ type: "ESModule", path: main }],
          modulesRoot: folder,
          compatibilityFlags: config.compatibility_flags,
          bindings: { ...stringVars(config.vars), ...SETTINGS },
          d1Databases: Object.fromEntries(DATABASES.map((name) => [name, name])),
          queueProducers: Object.fromEntries(
            config.queues.producers.map(({ binding, queue }) => [binding, { queueName: queue }]),
          ),
          queueConsumers: Object.fromEntries(
            config.queues.consumers.map((consumer) => [
              consumer.queue,
              {
                maxBatchSize: consumer.max_batch_size,
                maxBatchTimeout: consumer.max_batch_timeout,
                maxRetries: consumer.max_retries,
                deadLetterQueue: consumer.dead_letter_queue,
              },
            ]),
          ),
        },
        {
          ...shared,
          name: "bare",
          modules: true,
          script: BARE_WORKER,
          d1Databases: { TENANTS_01: "TENANTS_01" },
        },
      ],
    }),
  );
  const stop = () => miniflare.dispose();
  try {
    await miniflare.ready;
    const startMs = performance.now() - started;
    const databases = new Map<string, D1Database>();
    for (const name of DATABASES) {
      const d1 = (await miniflare.getD1Database(name, "crm")) as unknown as D1Database;
      const set = name === "DIRECTORY" ? "directory" : "tenant";
      for (const { queries } of await readD1Migrations(join(root, "migrations", set))) {
        await d1.batch(queries.map((query) => d1.prepare(query)));
      }
      databases.set(name, d1);
    }
    return {
      crm: await miniflare.unsafeGetDirectURL("crm"),
      bare: await miniflare.unsafeGetDirectURL("bare"),
      startMs,
      env: { ...stringVars(config.vars), ...SETTINGS, ...Object.fromEntries(databases) },
      async shardSize() {
        const answer = await databases.get("TENANTS_01")?.prepare("SELECT 1").run();
        return answer?.meta.size_after ?? 0;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Gone when this process is, even when it is interrupted: a full bench fills hundreds of megabytes. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-crm-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
  return folder;
}

/** What the bench takes from wrangler.toml; wrangler's own type for it is not exported with its package. */
interface WorkerConfig {
  readonly compatibility_date: string;
  readonly compatibility_flags: string[];
  readonly vars: Readonly<Record<string, unknown>>;
  readonly queues: {
    readonly producers: readonly { readonly binding: string; readonly queue: string }[];
    readonly consumers: readonly {
      readonly queue: string;
      readonly max_batch_size: number;
      readonly max_batch_timeout: number;
      readonly max_retries: number;
      readonly dead_letter_queue?: string;
    }[];
  };
}

function readConfig(): WorkerConfig {
  return unstable_readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
}

function stringVars(vars: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, String(value)]));
}
