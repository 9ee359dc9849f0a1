import { secondsFromNow } from "../../lib/clock.ts";
import type { PlatformContext } from "../context.ts";

const DAY = 24 * 60 * 60;

/** How long each kind of row is kept after its use, in seconds. */
const KEPT = {
  /** Within it, a repeated Idempotency-Key has one effect. */
  idempotencyKeys: DAY,
  providerEvents: 30 * DAY,
  sessions: DAY,
  refreshFamilies: DAY,
  throttles: 60 * 60,
} as const;

/** Deletions happen in bounded statements; so many of them in a run, and the next run goes on. */
const ROUNDS = 20;

/** Deletes what has outlived its use from the directory. Answers how many rows. */
export async function tidyDirectory({ directory, clock }: PlatformContext): Promise<number> {
  const windows = Math.floor(clock.now().getTime() / 1000) - KEPT.throttles;
  return repeat(async () => {
    const [tries, families, resets] = await directory.commit(
      [],
      [
        directory.throttles.deleteBefore(windows),
        directory.refreshFamilies.deleteExpired(secondsFromNow(clock, -KEPT.refreshFamilies)),
        directory.passwordResets.deleteExpired(secondsFromNow(clock, 0)),
      ],
    );
    return tries + families.length + resets;
  });
}

/** Deletes what has outlived its use from all tenants of a shard. Answers how many rows. */
export async function tidyShard(platform: PlatformContext, shardName: string): Promise<number> {
  const shard = platform.openShard(shardName);
  const before = (seconds: number) => secondsFromNow(platform.clock, -seconds);
  return repeat(async () => {
    const deleted = await shard.commit(
      [],
      [
        shard.deleteOlder("idempotencyKeys", before(KEPT.idempotencyKeys)),
        shard.deleteOlder("providerEvents", before(KEPT.providerEvents)),
        shard.deleteOlder("sessions", before(KEPT.sessions)),
      ],
    );
    return deleted.reduce((sum, count) => sum + count, 0);
  });
}

async function repeat(round: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const deleted = await round();
    total += deleted;
    if (deleted === 0) break;
  }
  return total;
}
