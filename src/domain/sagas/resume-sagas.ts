import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import { inTurn } from "../../lib/in-turn.ts";
import type { PlatformContext } from "../context.ts";
import { type SagaKind, sagas } from "./registry.ts";
import { runSaga } from "./run-saga.ts";

const BATCH = 20;
const RETRY_SECONDS = 120;

/** Mails wait for somebody else's server, so they do not wait for each other; the rest takes its turn. */
const AT_ONCE = { others: 1, mails: 4 } as const;

/**
 * Finishes what a crash or an outage left half done. One that fails again is kept, with the reason, and retried.
 * Mails come last and by themselves: a provider that is down holds up nothing else.
 */
export async function resumeSagas(platform: PlatformContext): Promise<{ finished: number; failed: number }> {
  const others = await resume(platform, "others");
  const mails = await resume(platform, "mails");
  return { finished: others.finished + mails.finished, failed: others.failed + mails.failed };
}

async function resume(
  platform: PlatformContext,
  what: "mails" | "others",
): Promise<{ finished: number; failed: number }> {
  const { directory, clock } = platform;
  const retryAt = secondsFromNow(clock, RETRY_SECONDS);
  const [due] = await directory.read([
    directory.sagas.claimDue({ what, now: timestamp(clock), retryAt, limit: BATCH }),
  ]);
  let failed = 0;
  await inTurn(due, AT_ONCE[what], async ({ id, kind, payload }) => {
    try {
      if (!(kind in sagas)) throw new Error(`unknown saga ${kind}`);
      await runSaga(platform, { id, kind: kind as SagaKind, payload: payload as never });
    } catch (error) {
      failed += 1;
      const reason = error instanceof Error ? error.message : "unknown error";
      await directory.commit([directory.sagas.noteFailure(id, reason)]);
    }
  });
  return { finished: due.length - failed, failed };
}
