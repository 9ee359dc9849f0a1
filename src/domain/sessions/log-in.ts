import { AppError } from "../../errors.ts";
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
}

/**
 * Begins a session. Unknown addresses cost as much time as wrong passwords and answer the same.
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
  await Promise.all([
    tenant.storage.commit([
      tenant.storage.sessions.insert({ id: sessionId, memberId: account.id, ...period }),
    ]),
    directory.commit([
      directory.refreshFamilies.insert({
        id: sessionId,
        accountId: account.id,
        tokenHash,
        ...period,
      }),
    ]),
  ]);
  return issueTokens(platform, owner, token);
}
