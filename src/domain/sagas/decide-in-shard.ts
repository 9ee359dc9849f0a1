import { AppError, CommitRefused } from "../../errors.ts";
import type { PlatformContext } from "../context.ts";
import type { SagaKind, SagaPayload } from "./registry.ts";
import { beginSaga, runSaga } from "./run-saga.ts";

/**
 * A change that the shard decides and the directory follows: the intent is written down, `decide` commits in
 * the shard, the saga brings the directory into step. After the shard's commit the change stands: when the
 * directory cannot follow now, the sweep sees to it, and the caller need not know.
 */
export async function decideInShard<Kind extends SagaKind, Result>(
  platform: PlatformContext,
  kind: Kind,
  payload: SagaPayload<Kind>,
  decide: () => Promise<Result>,
): Promise<Result> {
  const { directory } = platform;
  const { saga, write } = beginSaga(platform, kind, payload);
  await directory.commit([write]);
  let result: Result;
  try {
    result = await decide();
  } catch (error) {
    // Nothing to follow, so the intent goes. After a lost reply nobody knows yet: it stays, and the sweep looks.
    if (isRefusal(error)) await directory.commit([directory.sagas.delete(saga.id)]).catch(() => undefined);
    throw error;
  }
  await runSaga(platform, saga).catch(() => undefined);
  return result;
}

function isRefusal(error: unknown): boolean {
  return error instanceof CommitRefused || (error instanceof AppError && error.code !== "unavailable");
}
