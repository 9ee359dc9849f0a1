import { describe, expect, test } from "vitest";
import type { PlatformContext } from "../../../src/domain/context.ts";
import { logIn } from "../../../src/domain/sessions/log-in.ts";
import { refreshSession } from "../../../src/domain/sessions/refresh-session.ts";
import { later } from "../../support/dying-platform.ts";
import { makeWorld } from "../../support/world.ts";

const world = makeWorld();
const { platform } = world;
const PASSWORD = "correct horse battery";

const refused = (code: string) => ({ name: "AppError", code });

/** A password that counts how often it is hashed: normalising it is the first step of that, and of nothing else. */
class CountedPassword extends String {
  hashes = 0;

  override normalize(form?: string): string {
    this.hashes += 1;
    return super.normalize(form);
  }
}

describe("refresh tokens", () => {
  test("a replaced token gets the same successor within the grace, and no more", async () => {
    const { owner } = await world.tenant();
    const first = await refreshSession(platform, owner.refreshToken);
    const twin = await refreshSession(later(platform, 9), owner.refreshToken);
    expect(twin.refreshToken).toBe(first.refreshToken);
    expect(first.refreshToken).not.toBe(owner.refreshToken);
    expect((await owner.get("/api/users/me")).status).toBe(200);
  });

  test("one that comes back after the grace ends the whole session", async () => {
    const { owner, id } = await world.tenant();
    const next = await refreshSession(platform, owner.refreshToken);
    const replay = refreshSession(later(platform, 11), owner.refreshToken);
    await expect(replay).rejects.toMatchObject(refused("invalid_refresh_token"));
    expect((await owner.get("/api/users/me")).status).toBe(401);
    expect((await world.client(next.accessToken, id).get("/api/users/me")).status).toBe(401);
    await expect(refreshSession(platform, next.refreshToken)).rejects.toMatchObject(
      refused("invalid_refresh_token"),
    );
  });

  test("an older ancestor ends it at once", async () => {
    const { owner } = await world.tenant();
    const { refreshToken } = await refreshSession(platform, owner.refreshToken);
    await refreshSession(platform, refreshToken);
    await expect(refreshSession(platform, owner.refreshToken)).rejects.toMatchObject(
      refused("invalid_refresh_token"),
    );
    expect((await owner.get("/api/users/me")).status).toBe(401);
  });

  test("a guess ends nothing: whoever knows a session's id is nobody yet", async () => {
    const { owner } = await world.tenant();
    await refreshSession(platform, owner.refreshToken);
    for (const guess of [`${owner.sessionId}.guess`, `${owner.sessionId}.`, "nonsense", "a.b.c"]) {
      const attempt = refreshSession(later(platform, 60), guess);
      await expect(attempt).rejects.toMatchObject(refused("invalid_refresh_token"));
    }
    expect((await owner.get("/api/users/me")).status).toBe(200);
  });

  test("are worth nothing after thirty days, nor is the session", async () => {
    const { owner } = await world.tenant();
    const tomorrow = refreshSession(later(platform, 29 * 86_400), owner.refreshToken);
    const { refreshToken } = await tomorrow;
    const inAMonth = refreshSession(later(platform, 30 * 86_400 + 1), refreshToken);
    await expect(inAMonth).rejects.toMatchObject(refused("invalid_refresh_token"));
  });

  test("are worth nothing once the company is suspended", async () => {
    const { owner, id, shard } = await world.tenant();
    const { storage } = platform.openTenant(shard, id);
    await storage.commit([
      { sql: "UPDATE tenants SET state = 'suspended' WHERE tenant_id = ?", params: [id] },
    ]);
    await expect(refreshSession(platform, owner.refreshToken)).rejects.toMatchObject(
      refused("tenant_suspended"),
    );
  });
});

describe("throttling", () => {
  /** Logs in at a fixed moment, so that all tries fall into one window. */
  const at = (time: string, triesPerAccount: number, triesPerAddress: number): PlatformContext => ({
    ...platform,
    clock: { now: () => new Date(time) },
    settings: { ...platform.settings, triesPerAccount, triesPerAddress },
  });

  test("refuses before any password is hashed, and says for how long exactly", async () => {
    const on = at("2031-05-06T07:08:17.900Z", 2, 100);
    const attempt = { email: "nobody@throttle.test", password: PASSWORD, address: "192.0.2.10" };
    for (const _ of [1, 2]) {
      await expect(logIn(on, attempt)).rejects.toMatchObject(refused("invalid_credentials"));
    }
    const password = new CountedPassword(PASSWORD);
    const third = { ...attempt, email: " Nobody@Throttle.TEST", password: password as unknown as string };
    await expect(logIn(on, third)).rejects.toMatchObject({ code: "too_many_requests", retryAfter: 43 });
    expect(password.hashes).toBe(0);
    const nextMinute = at("2031-05-06T07:09:00.000Z", 2, 100);
    await expect(logIn(nextMinute, attempt)).rejects.toMatchObject(refused("invalid_credentials"));
  });

  test("counts addresses apart from accounts", async () => {
    const on = at("2031-05-06T08:00:59.000Z", 100, 2);
    const attempt = (account: number, address: string) =>
      logIn(on, { email: `nobody-${account}@throttle.test`, password: PASSWORD, address });
    await expect(attempt(1, "192.0.2.20")).rejects.toMatchObject(refused("invalid_credentials"));
    await expect(attempt(2, "192.0.2.20")).rejects.toMatchObject(refused("invalid_credentials"));
    await expect(attempt(3, "192.0.2.20")).rejects.toMatchObject({
      code: "too_many_requests",
      retryAfter: 1,
    });
    await expect(attempt(3, "192.0.2.21")).rejects.toMatchObject(refused("invalid_credentials"));
  });

  test("counts exactly, however many try at once", async () => {
    const on = at("2031-05-06T09:00:00.000Z", 3, 100);
    const attempt = { email: "crowd@throttle.test", password: PASSWORD, address: "192.0.2.30" };
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => logIn(on, attempt)));
    const codes = outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code);
    expect(codes.filter((code) => code === "invalid_credentials")).toHaveLength(3);
    expect(codes.filter((code) => code === "too_many_requests")).toHaveLength(17);
  });
});

describe("unknown users", () => {
  /** How often a refused log-in hashes the password. */
  async function hashesFor(email: string): Promise<number> {
    const password = new CountedPassword("wrong horse battery");
    const attempt = { email, password: password as unknown as string, address: platform.newId() };
    await expect(logIn(platform, attempt)).rejects.toMatchObject(refused("invalid_credentials"));
    return password.hashes;
  }

  test("cost one hash and are refused like wrong passwords, and so are people without a password", async () => {
    const { owner, member } = await world.tenant({ password: PASSWORD });
    const invited = await member();
    expect(await hashesFor(owner.email)).toBe(1);
    expect(await hashesFor("nobody@unknown.test")).toBe(1);
    expect(await hashesFor(invited.email)).toBe(1);
  });
});
