import type { TenantContext } from "../../src/domain/context.ts";
import { type Run, runJob } from "../../src/domain/jobs/run-job.ts";
import { dyingPlatform } from "./dying-platform.ts";
import { makeHeldQueue } from "./held-queue.ts";
import { makeWorld, type TestTenant, type World, type WorldOptions } from "./world.ts";

/** Longer than any lease holds. */
const LEASE_OVER_MS = 120_000;

/**
 * A world in which tables of more than three records are long ones, a step goes through two, and nothing happens by
 * itself: the queue of jobs holds what it is sent.
 */
export function worldOfLongTables(
  vars: WorldOptions["vars"] = {},
): World & { queue: ReturnType<typeof makeHeldQueue> } {
  const queue = makeHeldQueue();
  return {
    ...makeWorld({ vars: { RECORDS_AT_ONCE: "3", RECORDS_PER_STEP: "2", ...vars, JOBS: queue } }),
    queue,
  };
}

/** The context in which the queue runs a tenant's jobs, after whatever lease was left behind. */
export function jobContext(world: World, { id, shard }: TestTenant): TenantContext {
  const ctx = world.platform.openTenant(shard, id);
  return { ...ctx, clock: { now: () => new Date(Date.now() + LEASE_OVER_MS) } };
}

/** Goes on with a job as the queue does. */
export function run(ctx: TenantContext, jobId: string, steps = Number.POSITIVE_INFINITY): Promise<Run> {
  return runJob(ctx, jobId, { steps, seconds: 60 });
}

/** Runs a job in a process that dies after so many batches; answers how many there were. */
export async function runAndDie(
  world: World,
  { id, shard }: TestTenant,
  jobId: string,
  life: { batches: number; lostReply?: boolean },
): Promise<number> {
  const dying = dyingPlatform(life);
  const { work } = world.platform.openTenant(shard, id);
  const ctx = { ...dying.platform.openTenant(shard, id), work };
  await run(ctx, jobId).catch(() => undefined);
  return dying.batches();
}
