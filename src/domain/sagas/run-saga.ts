import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import { logFailure } from "../../lib/log-failure.ts";
import type { Write } from "../../storage/database.ts";
import type { PlatformContext } from "../context.ts";
import { type SagaKind, type SagaPayload, sagas } from "./registry.ts";
import type { SagaEnd } from "./saga.ts";

/** How long a saga is left to the request that began it before the sweep takes over. */
const GRACE_SECONDS = 60;

export interface BegunSaga<Kind extends SagaKind> {
  readonly id: string;
  readonly kind: Kind;
  readonly payload: SagaPayload<Kind>;
}

/** The write that records the intent; it goes into the directory's batch before anything else happens. */
export function beginSaga<Kind extends SagaKind>(
  platform: PlatformContext,
  kind: Kind,
  payload: SagaPayload<Kind>,
  graceSeconds = GRACE_SECONDS,
): { saga: BegunSaga<Kind>; write: Write } {
  const saga = { id: platform.newId(), kind, payload };
  const write = platform.directory.sagas.insert({
    ...saga,
    createdAt: timestamp(platform.clock),
    dueAt: secondsFromNow(platform.clock, graceSeconds),
  });
  return { saga, write };
}

/** Runs a saga to its end and forgets it. */
export async function runSaga<Kind extends SagaKind>(
  platform: PlatformContext,
  { id, kind, payload }: BegunSaga<Kind>,
): Promise<void> {
  const run = sagas[kind].run as (platform: PlatformContext, payload: SagaPayload<Kind>) => Promise<SagaEnd>;
  const end = await run(platform, payload);
  const { writes, mail } = "writes" in end ? end : { writes: end, mail: undefined };
  // A request goes nowhere near another company, not even after its answer: that is for the sweep.
  const isElsewhere = mail?.mail === "account_elsewhere";
  const next = mail && beginSaga(platform, "send_mail", mail, isElsewhere ? 0 : undefined);
  const { directory } = platform;
  await directory.commit([...writes, ...(next ? [next.write] : []), directory.sagas.delete(id)]);
  if (next && !isElsewhere) runSagaLater(platform, next.saga);
}

/** Runs a saga after the answer; whatever becomes of that, the sweep sees to it. */
export function runSagaLater<Kind extends SagaKind>(platform: PlatformContext, saga: BegunSaga<Kind>): void {
  platform.later(() =>
    runSaga(platform, saga).catch((error: unknown) => logFailure("saga_failed", { saga: saga.kind }, error)),
  );
}
