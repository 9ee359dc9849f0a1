import { hashToken } from "../../lib/crypto/hash-token.ts";
import type { PlatformContext } from "../context.ts";
import { beginSaga, runSaga } from "../sagas/run-saga.ts";
import { sessionOfRefreshToken } from "./tokens.ts";

/** Logs out: the session's access tokens and refresh tokens are dead when this returns. Unknown tokens do nothing. */
export async function endSession(platform: PlatformContext, token: string): Promise<void> {
  const { directory } = platform;
  const sessionId = sessionOfRefreshToken(token);
  if (!sessionId) return;
  const [[family], presented] = await Promise.all([
    directory.read([directory.refreshFamilies.find(sessionId)]),
    hashToken(token),
  ]);
  const known = family && (family.tokenHash === presented || family.previousHash === presented);
  if (!known) return;
  const { saga, write } = beginSaga(platform, "end_session", {
    shard: family.shard,
    tenantId: family.tenantId,
    sessionId,
  });
  await directory.commit([write]);
  await runSaga(platform, saga);
}
