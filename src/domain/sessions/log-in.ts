import { AppError } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import { verifyDummyPassword, verifyPassword } from "../../lib/crypto/password.ts";
import { randomToken } from "../../lib/crypto/random-token.ts";
import type { PlatformContext } from "../context.ts";
import { normaliseEmail } from "../members/email.ts";
import { throttle } from "./throttle.ts";
import { issueTokens, refreshToken, sessionPeriod, type Tokens } from "./tokens.ts";

export interface LogIn {
  readonly email: string;
  readonly password: string;
  /** The client's network address, for throttling. */
  readonly address: string;
  /** What the client calls itself, for the list of one's sessions. */
  readonly userAgent?: string | null;
}

/**
 * Begins a session. Unknown addresses cost as much time as wrong passwords and answer the same, and so does whoever
 * has been deactivated.
 * @throws AppError `invalid_credentials`, `too_many_requests`, `tenant_suspended`, `unavailable`.
 */
export async function logIn(platform: PlatformContext, input: LogIn): Promise<Tokens> {
  const { directory } = platform;
  const email = normaliseEmail(input.email);
  const limit = await throttle(platform, "login", email, input.address);
  const [perAccount, perAddress, account] = await directory.read([
    ...limit.reads,
    directory.accounts.findByEmail(email),
  ]);
  limit.check(perAccount, perAddress);

  const known = account?.passwordHash
    ? await verifyPassword(input.password, account.passwordHash)
    : await verifyDummyPassword(input.password);
  if (!account || !known) throw new AppError("invalid_credentials");
  if (account.tenantState === "suspended") throw new AppError("tenant_suspended");
  // A crash during registration: the sweep finishes it within a minute or two.
  if (account.tenantState !== "active") throw new AppError("unavailable", { retryAfter: 60 });

  const sessionId = platform.newId();
  const owner = { memberId: account.id, tenantId: account.tenantId, shard: account.shard, sessionId };
  const token = refreshToken(sessionId, randomToken());
  const tokenHash = await hashToken(token);
  const period = sessionPeriod(platform);
  const tenant = platform.openTenant(account.shard, account.tenantId);
  const { sessions } = tenant.storage;
  const { address, userAgent = null } = input;
  const session = { id: sessionId, memberId: account.id, ...period, address, userAgent };
  const [{ begun: inShard }] = await tenant.storage.commit([], [sessions.begin(session)]);
  if (!inShard) throw new AppError("invalid_credentials");
  // After the shard: whoever changes the password meanwhile ends the session there, or keeps this from beginning.
  const { passwordHash } = account;
  const family = { id: sessionId, accountId: account.id, passwordHash, tokenHash, ...period };
  const [{ begun }] = await directory.commit([], [directory.refreshFamilies.begin(family)]);
  if (!begun) {
    await tenant.storage.commit([sessions.revoke(sessionId, timestamp(platform.clock))]);
    throw new AppError("invalid_credentials");
  }
  return issueTokens(platform, owner, token);
}
