import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import { signAccessToken } from "../../lib/crypto/access-token.ts";
import { deriveToken } from "../../lib/crypto/derive-key.ts";
import type { PlatformContext } from "../context.ts";

export const REFRESH_DAYS = 30;

export interface Tokens {
  readonly accessToken: string;
  /** Seconds that the access token is good for. */
  readonly expiresIn: number;
  readonly refreshToken: string;
}

export interface SessionOwner {
  readonly memberId: string;
  readonly tenantId: string;
  readonly shard: string;
  readonly sessionId: string;
}

/** A refresh token names its session, so that it is found without a search: `<session id>.<secret>`. */
export function refreshToken(sessionId: string, secret: string): string {
  return `${sessionId}.${secret}`;
}

/** The session id of a refresh token; undefined when the text is not one. */
export function sessionOfRefreshToken(token: string): string | undefined {
  const [sessionId, secret, ...rest] = token.split(".");
  return sessionId && secret && rest.length === 0 ? sessionId : undefined;
}

/**
 * The token that follows another. Derived, not random: two tabs that refresh with the same token at the
 * same moment get the same successor, and it need not be stored to be given twice.
 */
export async function successorOf(platform: PlatformContext, token: string): Promise<string> {
  const sessionId = sessionOfRefreshToken(token) ?? "";
  return refreshToken(sessionId, await deriveToken(platform.secretKey, "refresh-successor", token));
}

export async function issueTokens(
  platform: PlatformContext,
  owner: SessionOwner,
  refresh: string,
): Promise<Tokens> {
  const expiresIn = platform.settings.accessTokenMinutes * 60;
  const accessToken = await signAccessToken(platform.secretKey, {
    memberId: owner.memberId,
    tenantId: owner.tenantId,
    shard: owner.shard,
    sessionId: owner.sessionId,
    issuedAt: platform.clock.now(),
    expiresIn,
  });
  return { accessToken, expiresIn, refreshToken: refresh };
}

/** When a session that begins now ends at the latest. */
export function sessionPeriod(platform: PlatformContext): { createdAt: string; expiresAt: string } {
  return {
    createdAt: timestamp(platform.clock),
    expiresAt: secondsFromNow(platform.clock, REFRESH_DAYS * 24 * 3600),
  };
}
