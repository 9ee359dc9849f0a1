import { AppError } from "../../errors.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import type { Read } from "../../storage/database.ts";
import type { PlatformContext } from "../context.ts";

const WINDOW_SECONDS = 60;

export interface Throttle {
  /** Count this try; they go into the trip that the caller makes anyway, before any password is hashed. */
  readonly reads: readonly [Read<number>, Read<number>];
  /** @throws AppError `too_many_requests` when either counter is over its limit. */
  check(perAccount: number, perAddress: number): void;
}

/**
 * Exact limits on how often an account and a network address may try an action within a minute.
 * Subjects are stored as hashes: the counters name nobody.
 */
export async function throttle(
  platform: PlatformContext,
  action: string,
  account: string,
  address: string,
): Promise<Throttle> {
  const { directory, clock, settings } = platform;
  const seconds = Math.floor(clock.now().getTime() / 1000);
  const windowStart = seconds - (seconds % WINDOW_SECONDS);
  const [accountSubject, addressSubject] = await Promise.all([
    hashToken(`${action}:account:${account}`),
    hashToken(`${action}:address:${address}`),
  ]);
  return {
    reads: [
      directory.throttles.count(accountSubject, windowStart),
      directory.throttles.count(addressSubject, windowStart),
    ],
    check(perAccount, perAddress) {
      if (perAccount > settings.triesPerAccount || perAddress > settings.triesPerAddress) {
        throw new AppError("too_many_requests", { retryAfter: windowStart + WINDOW_SECONDS - seconds });
      }
    },
  };
}
