import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import type { PlatformContext } from "../context.ts";
import { type SagaKind, sagas } from "./registry.ts";
import { runSaga } from "./run-saga.ts";

const BATCH = 20;
const RETRY_SECONDS = 120;

/** Finishes what a crash or an outage left half done. One that fails again is kept, with the reason, and retried. */
export async function resumeSagas(platform: PlatformContext): Promise<{ finished: number; failed: number }> {
  const { directory, clock } = platform;
  const [due] = await directory.read([
    directory.sagas.claimDue(timestamp(clock), secondsFromNow(clock, RETRY_SECONDS), BATCH),
  ]);
  let failed = 0;
  for (const { id, kind, payload } of due) {
    try {
      if (!(kind in sagas)) throw new Error(`unknown saga ${kind}`);
      await runSaga(platform, { id, kind: kind as SagaKind, payload: payload as never });
    } catch (error) {
      failed += 1;
      const reason = error instanceof Error ? error.message : "unknown error";
      await directory.commit([directory.sagas.noteFailure(id, reason)]);
    }
  }
  return { finished: due.length - failed, failed };
}
