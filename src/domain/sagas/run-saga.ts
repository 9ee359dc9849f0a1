import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import type { Write } from "../../storage/database.ts";
import type { PlatformContext } from "../context.ts";
import { type SagaKind, type SagaPayload, sagas } from "./registry.ts";

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
): { saga: BegunSaga<Kind>; write: Write } {
  const saga = { id: platform.newId(), kind, payload };
  const write = platform.directory.sagas.insert({
    ...saga,
    createdAt: timestamp(platform.clock),
    dueAt: secondsFromNow(platform.clock, GRACE_SECONDS),
  });
  return { saga, write };
}

/** Runs a saga to its end and forgets it. */
export async function runSaga<Kind extends SagaKind>(
  platform: PlatformContext,
  { id, kind, payload }: BegunSaga<Kind>,
): Promise<void> {
  const run = sagas[kind].run as (
    platform: PlatformContext,
    payload: SagaPayload<Kind>,
  ) => Promise<readonly Write[]>;
  const last = await run(platform, payload);
  await platform.directory.commit([...last, platform.directory.sagas.delete(id)]);
}
