import { AppError } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import type { RefreshFamily } from "../../storage/refresh-families.ts";
import type { PlatformContext } from "../context.ts";
import { beginSaga, runSaga } from "../sagas/run-saga.ts";
import { issueTokens, sessionOfRefreshToken, successorOf, type Tokens } from "./tokens.ts";

/** Two tabs may refresh at the same moment; within this time the replaced token gets the same successor. */
const GRACE_SECONDS = 10;

/**
 * Exchanges a refresh token for a new pair. Each token is good once; one that comes back after the grace
 * has been stolen from somebody, so the whole session ends (RFC 9700 §4.14).
 * @throws AppError `invalid_refresh_token`, `tenant_suspended`.
 */
export async function refreshSession(platform: PlatformContext, token: string): Promise<Tokens> {
  const { directory, clock } = platform;
  const sessionId = sessionOfRefreshToken(token);
  if (!sessionId) throw new AppError("invalid_refresh_token");
  const [family] = await directory.read([directory.refreshFamilies.find(sessionId)]);
  const now = timestamp(clock);
  if (!family || family.revokedAt || family.expiresAt <= now) throw new AppError("invalid_refresh_token");

  const owner = {
    memberId: family.accountId,
    tenantId: family.tenantId,
    shard: family.shard,
    sessionId,
  };
  const { storage } = platform.openTenant(family.shard, family.tenantId);
  const [live] = await storage.read([storage.sessions.findLive(sessionId, family.accountId)]);
  if (!live) throw new AppError("invalid_refresh_token");
  if (live.tenantState !== "active") throw new AppError("tenant_suspended");

  const successor = await successorOf(platform, token);
  const [presented, next] = await Promise.all([hashToken(token), hashToken(successor)]);
  if (presented === family.tokenHash) {
    const [{ rotated }] = await directory.read([
      directory.refreshFamilies.rotate(sessionId, presented, next, now),
    ]);
    if (rotated) return issueTokens(platform, owner, successor);
  }

  // Not the current token, or not any more: a twin of this very call was quicker, or it is a replay.
  const [latest] = await directory.read([directory.refreshFamilies.find(sessionId)]);
  const age = latest ? clock.now().getTime() - Date.parse(latest.rotatedAt) : Number.POSITIVE_INFINITY;
  const twin = latest?.previousHash === presented && latest.tokenHash === next && !latest.revokedAt;
  if (twin && age <= GRACE_SECONDS * 1000) return issueTokens(platform, owner, successor);

  if (latest && !latest.revokedAt && (await isAncestor(platform, token, latest))) {
    const { saga, write } = beginSaga(platform, "end_session", owner);
    await directory.commit([write]);
    await runSaga(platform, saga);
  }
  throw new AppError("invalid_refresh_token");
}

/**
 * Whether the current token descends from the presented one. A guess is not a replay: without this check
 * anybody who knows a session's id could end it.
 */
async function isAncestor(platform: PlatformContext, token: string, family: RefreshFamily): Promise<boolean> {
  let descendant = token;
  for (let generation = 0; generation < family.generation; generation++) {
    if ((await hashToken(descendant)) === family.tokenHash) return true;
    descendant = await successorOf(platform, descendant);
  }
  return false;
}
