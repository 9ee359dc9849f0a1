import type { PlatformContext } from "../../src/domain/context.ts";
import { beginSaga, runSaga } from "../../src/domain/sagas/run-saga.ts";
import { issueTokens, refreshToken, sessionPeriod } from "../../src/domain/sessions/tokens.ts";
import { timestamp } from "../../src/lib/clock.ts";
import { hashToken } from "../../src/lib/crypto/hash-token.ts";
import { hashPassword } from "../../src/lib/crypto/password.ts";
import { randomToken } from "../../src/lib/crypto/random-token.ts";

/** What the world's companies and people are made by; tests use world.ts. */
export interface TestAccount {
  readonly id: string;
  readonly email: string;
  readonly tenantId: string;
  readonly shard: string;
}

/** What registerCompany does, without hashing a password that nobody will use. */
export async function foundTenant(
  platform: PlatformContext,
  tenant: {
    tenantId: string;
    shard: string;
    name: string;
    locale: "ru" | "en";
    password: string | undefined;
  },
): Promise<TestAccount> {
  const { directory } = platform;
  const { tenantId, shard, name, locale, password } = tenant;
  const id = platform.newId();
  const email = `${id}@founder.test`;
  const createdAt = timestamp(platform.clock);
  const passwordHash = password === undefined ? null : await hashPassword(password);
  const founder = { id, email, fullName: "Founder" };
  const payload = { shard, tenantId, name, locale, createdAt, founder };
  const { saga, write } = beginSaga(platform, "register_tenant", payload);
  await directory.commit([
    write,
    directory.tenants.insert({ id: tenantId, name, shard, state: "provisioning", createdAt }),
    directory.accounts.insert({ id, email, passwordHash, tenantId, createdAt }),
  ]);
  await runSaga(platform, saga);
  return { id, email, tenantId, shard };
}

export async function addMember(
  platform: PlatformContext,
  member: { tenantId: string; shard: string; roleIds: readonly string[]; password: string | undefined },
): Promise<TestAccount> {
  const { directory } = platform;
  const { tenantId, shard, roleIds, password } = member;
  const { storage } = platform.openTenant(shard, tenantId);
  const id = platform.newId();
  const email = `${id}@member.test`;
  const createdAt = timestamp(platform.clock);
  const passwordHash = password === undefined ? null : await hashPassword(password);
  await directory.commit([directory.accounts.insert({ id, email, passwordHash, tenantId, createdAt })]);
  await storage.commit([
    storage.members.insert({ id, email, fullName: "Member", status: "active", createdAt }),
    ...storage.members.setRoles(id, roleIds),
    storage.tenants.raiseRightsVersion(),
  ]);
  return { id, email, tenantId, shard };
}

/** What logIn does once the password is right. */
export async function beginSession(
  platform: PlatformContext,
  { id, tenantId, shard }: TestAccount,
): Promise<{ token: string; refreshToken: string; sessionId: string }> {
  const { directory } = platform;
  const { storage } = platform.openTenant(shard, tenantId);
  const [passwordHash] = await directory.read([directory.accounts.findPasswordHash(id)]);
  const sessionId = platform.newId();
  const period = sessionPeriod(platform);
  const refresh = refreshToken(sessionId, randomToken());
  const tokenHash = await hashToken(refresh);
  await Promise.all([
    storage.commit(
      [],
      [storage.sessions.begin({ id: sessionId, memberId: id, ...period, address: "test", userAgent: null })],
    ),
    directory.commit(
      [],
      [
        directory.refreshFamilies.begin({
          id: sessionId,
          accountId: id,
          passwordHash: passwordHash ?? null,
          tokenHash,
          ...period,
        }),
      ],
    ),
  ]);
  const { accessToken } = await issueTokens(platform, { memberId: id, tenantId, shard, sessionId }, refresh);
  return { token: accessToken, refreshToken: refresh, sessionId };
}
