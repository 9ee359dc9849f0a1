import type { PlatformContext, TenantContext } from "./domain/context.ts";
import { type Config, parseConfig } from "./env.ts";
import { AppError } from "./errors.ts";
import { createDeliveryQueue, type DeliveryQueue } from "./gateways/delivery-queue.ts";
import { EXCLUSIVE_PROVIDERS, type Gateways, openSender } from "./gateways/index.ts";
import { createJobQueue, type JobQueue } from "./gateways/job-queue.ts";
import { createResendMailer } from "./gateways/resend-mailer.ts";
import { createSandboxMailer } from "./gateways/sandbox-mailer.ts";
import { systemClock } from "./lib/clock.ts";
import { newId } from "./lib/ids.ts";
import { logFailure } from "./lib/log-failure.ts";
import { openDirectory, openTenantStorage } from "./storage/index.ts";
import type { D1Meter } from "./storage/meter.ts";
import { openShard } from "./storage/shard.ts";

export { CostMeter, type D1Meter } from "./storage/meter.ts";

/** Lets work go on after the answer; the Worker's `waitUntil` where there is one. */
export type Background = (work: Promise<unknown>) => void;

/** Wires storage and gateways into the context that verbs work in; the only place that sees the bindings. */
export function openPlatform(
  env: Env,
  meter?: D1Meter,
  background: Background = (work) => void work,
): PlatformContext {
  const config = parseConfig(env);
  const base = { clock: systemClock, newId, secretKey: config.secretKey, work: config.work };
  const queue = createDeliveryQueue(env.DELIVERIES);
  const jobQueue = createJobQueue(env.JOBS);
  const shard = (name: string): D1Database => {
    const d1 = config.shards.get(name);
    if (!d1) throw new AppError("invalid_token");
    return d1;
  };
  return {
    ...base,
    directory: openDirectory(env.DIRECTORY, meter),
    shards: [...config.shards.keys()],
    settings: config,
    queue,
    mailer:
      "apiKey" in config.mail
        ? createResendMailer(config.mail, { fetch: callOutside })
        : createSandboxMailer(config.mail),
    later: (work) => background(work()),
    jobQueue,
    openShard: (name) => openShard(shard(name), meter),
    openTenant(name, tenantId): TenantContext {
      return {
        ...base,
        tenantId,
        shard: name,
        identity: undefined,
        storage: openTenantStorage(shard(name), tenantId, meter),
        // Not metered: it is no part of what the request costs, and may or may not be done before that is told.
        writeLater: (writes) =>
          background(
            openTenantStorage(shard(name), tenantId)
              .commit(writes)
              .catch((error: unknown) => logFailure("late_write_failed", { tenant: tenantId }, error)),
          ),
        gateways: openGateways(config, { queue, jobQueue }, background, { shard: name, tenantId }),
      };
    },
  };
}

function openGateways(
  { wappi }: Config,
  { queue, jobQueue }: { readonly queue: DeliveryQueue; readonly jobQueue: JobQueue },
  background: Background,
  tenant: { readonly shard: string; readonly tenantId: string },
): Gateways {
  const { apiKey, profileId, baseUrl } = wappi;
  const own = {
    sandbox: {},
    wappi: apiKey && profileId ? { token: apiKey, profile_id: profileId } : undefined,
  };
  return {
    openSender: (account) => openSender(account, own, { fetch: callOutside, baseUrl, clock: systemClock }),
    exclusiveProviders: EXCLUSIVE_PROVIDERS,
    nudge(deliveryIds, delaySeconds) {
      const nudges = deliveryIds.map((deliveryId) => ({ ...tenant, deliveryId, delaySeconds }));
      background(queue.nudge(nudges).catch(noteLostNudges));
    },
    nudgeJob(jobId, delaySeconds) {
      background(jobQueue.nudge([{ ...tenant, jobId, delaySeconds }]).catch(noteLostNudges));
    },
  };
}

/** workerd's fetch must not be called as a method of something else. */
const callOutside: typeof fetch = (input, init) => fetch(input, init);

function noteLostNudges(error: unknown): void {
  const name = error instanceof Error ? error.name : "not an error object";
  console.warn(JSON.stringify({ level: "warn", event: "nudges_lost", error: name }));
}
