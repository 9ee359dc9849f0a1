import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import type { PlatformContext } from "../context.ts";
import { decideExpired } from "./decide.ts";

/** How far ahead a sweep looks: until after the next one, so that what comes due in between is not late. */
const AHEAD_SECONDS = 60;

/** At most so many of one tenant, and in all of a shard, in one sweep; the next goes on. */
const PER_TENANT = 100;
const TOTAL = 1_000;

/**
 * Brings up again what the queue lost or never had, in turns between tenants, and closes calls that nobody
 * holds any more: their outcome is unknown, and they are not made again.
 */
export async function sweepDeliveries(
  platform: PlatformContext,
  shardName: string,
): Promise<{ nudged: number; lostCalls: number }> {
  const { clock, queue } = platform;
  const shard = platform.openShard(shardName);
  const now = clock.now();
  const [due] = await shard.read([
    shard.dueDeliveries({
      now: timestamp(clock),
      until: secondsFromNow(clock, AHEAD_SECONDS),
      perTenant: PER_TENANT,
      total: TOTAL,
    }),
  ]);
  const lost = Map.groupBy(
    due.filter(({ isLostCall }) => isLostCall),
    ({ tenantId }) => tenantId,
  );
  const decision = decideExpired("calling", now);
  for (const [tenantId, calls] of lost) {
    const { storage } = platform.openTenant(shardName, tenantId);
    const ids = calls.map(({ id }) => id);
    if (decision)
      await storage.commit([storage.deliveryClaims.expireCalls(ids, decision, now.toISOString())]);
  }
  const waiting = due.filter(({ isLostCall }) => !isLostCall);
  await queue.nudge(
    waiting.map(({ tenantId, id, dueAt }) => ({
      shard: shardName,
      tenantId,
      deliveryId: id,
      delaySeconds: Math.max(0, Math.ceil((Date.parse(dueAt) - now.getTime()) / 1000)),
    })),
  );
  return { nudged: waiting.length, lostCalls: due.length - waiting.length };
}
