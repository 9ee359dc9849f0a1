import { timestamp } from "../../lib/clock.ts";
import type { PlatformContext } from "../context.ts";

/** At most so many of one tenant, and in all of a shard, in one sweep; the next goes on. */
const PER_TENANT = 10;
const TOTAL = 500;

/** Brings up again what the queue lost or never had, and jobs that whoever worked on them left behind. */
export async function sweepJobs(
  { clock, jobQueue, openShard }: PlatformContext,
  shardName: string,
): Promise<{ nudged: number }> {
  const shard = openShard(shardName);
  const now = timestamp(clock);
  const [due] = await shard.read([shard.dueJobs({ now, perTenant: PER_TENANT, total: TOTAL })]);
  await jobQueue.nudge(due.map(({ tenantId, id }) => ({ shard: shardName, tenantId, jobId: id })));
  return { nudged: due.length };
}
