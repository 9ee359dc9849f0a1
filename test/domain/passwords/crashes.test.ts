import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { updateMember } from "../../../src/domain/members/update-member.ts";
import { resetPassword } from "../../../src/domain/passwords/reset-password.ts";
import { resumeSagas } from "../../../src/domain/sagas/resume-sagas.ts";
import { logIn } from "../../../src/domain/sessions/log-in.ts";
import { secondsFromNow, timestamp } from "../../../src/lib/clock.ts";
import { hashToken } from "../../../src/lib/crypto/hash-token.ts";
import { dieEverywhere, later } from "../../support/dying-platform.ts";
import { interferingPlatform } from "../../support/interfering-platform.ts";
import { type MemberClient, makeWorld } from "../../support/world.ts";

const world = makeWorld();

// Test files share the databases: what others have left to the sweep is none of ours.
beforeEach(async () => void (await env.DIRECTORY.exec("DELETE FROM sagas")));

const { platform } = world;
const PASSWORD = "correct horse battery";
const NEW_PASSWORD = "staple the horse instead";

/** A link for a new password of the member's, as the mail would carry it. */
async function linkFor({ memberId: accountId }: MemberClient): Promise<string> {
  const { directory, newId, clock } = platform;
  const [token, requestedAt] = [newId(), timestamp(clock)];
  const expiresAt = secondsFromNow(clock, 3600);
  const tokenHash = await hashToken(token);
  await directory.commit([
    directory.passwordResets.insert({
      tokenHash,
      accountId,
      requestedAt,
      expiresAt,
      unlessSince: requestedAt,
    }),
  ]);
  return token;
}

const first = async (sql: string, param: string) =>
  env.DIRECTORY.prepare(sql).bind(param).first<Record<string, unknown>>();

/** What the cron does in the minutes after; then nothing may be left to do. */
async function sweep(): Promise<void> {
  const alone = { ...platform, later: () => undefined };
  for (const seconds of [120, 400]) expect((await resumeSagas(later(alone, seconds))).failed).toBe(0);
  expect(await env.DIRECTORY.prepare("SELECT kind, payload FROM sagas").first()).toBeNull();
}

describe("setting a password by a link, whenever the process dies", () => {
  test("changes it, uses the link up and ends all sessions, or does none of it", async () => {
    const { member } = await world.tenant({ shard: "02" });
    let changed = 0;
    const lives = await dieEverywhere(
      async () => {
        const colleague = await member();
        await platform.directory.commit([
          {
            sql: "UPDATE accounts SET password_hash = 'before' WHERE id = ?",
            params: [colleague.memberId],
          },
        ]);
        return { colleague, token: await linkFor(colleague) };
      },
      (on, { token }) => resetPassword(on, { token, newPassword: NEW_PASSWORD, address: on.newId() }),
      async ({ colleague }) => {
        await sweep();
        const account = await first("SELECT password_hash FROM accounts WHERE id = ?", colleague.memberId);
        const link = await first("SELECT 1 FROM password_resets WHERE account_id = ?", colleague.memberId);
        const family = await first(
          "SELECT revoked_at FROM refresh_families WHERE id = ?",
          colleague.sessionId,
        );
        const isChanged = account?.password_hash !== "before";
        expect(link === null).toBe(isChanged);
        expect(family?.revoked_at !== null).toBe(isChanged);
        expect((await colleague.get("/api/users/me")).status).toBe(isChanged ? 401 : 200);
        changed += isChanged ? 1 : 0;
      },
    );
    expect(lives).toBe(14);
    // The intent, once written, is carried out.
    expect(changed).toBe(lives + 1 - 3);
  });
});

describe("deactivating a colleague, whenever the process dies", () => {
  test("leaves nobody deactivated with a session, and nobody else without their account", async () => {
    const tenant = await world.tenant();
    const identity = { memberId: tenant.owner.memberId, sessionId: tenant.owner.sessionId };
    let deactivated = 0;
    const lives = await dieEverywhere(
      () => tenant.member(),
      (on, { memberId }) => {
        const ctx = { ...on.openTenant(tenant.shard, tenant.id), identity };
        return updateMember(ctx, { id: memberId, status: "deactivated" }, on);
      },
      async (colleague) => {
        const { body } = await tenant.owner.get(`/api/users/${colleague.memberId}`);
        const isOut = body.status === "deactivated";
        // The shard's word counts at once, before anybody has swept.
        expect((await colleague.get("/api/users/me")).status).toBe(isOut ? 401 : 200);
        await sweep();
        const family = await first(
          "SELECT revoked_at FROM refresh_families WHERE id = ?",
          colleague.sessionId,
        );
        if (isOut) expect(family?.revoked_at).not.toBeNull();
        deactivated += isOut ? 1 : 0;
      },
    );
    expect(lives).toBe(10);
    expect(deactivated).toBe(lives + 1 - 5);
  });
});

describe("a log-in with a password that is changed at that moment", () => {
  test.each([
    ["before the session is in the shard", /INSERT INTO sessions/],
    ["before the refresh token is in the directory", /INSERT INTO refresh_families/],
  ])("begins no session: %s", async (_, statement) => {
    const { owner, shard, id } = await world.tenant({ password: PASSWORD });
    const token = await linkFor(owner);
    let changes = 0;
    const slow = interferingPlatform(statement, async () => {
      await resetPassword(platform, { token, newPassword: NEW_PASSWORD, address: platform.newId() });
      changes += 1;
    });
    const attempt = logIn(slow, { email: owner.email, password: PASSWORD, address: platform.newId() });
    await expect(attempt).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(changes).toBe(1);
    const { storage } = platform.openTenant(shard, id);
    expect(await storage.read([storage.sessions.list(owner.memberId, timestamp(platform.clock))])).toEqual([
      [],
    ]);
  });
});
