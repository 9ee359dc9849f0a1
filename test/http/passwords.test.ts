import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { resetPassword } from "../../src/domain/passwords/reset-password.ts";
import { later } from "../support/dying-platform.ts";
import { logIn, refresh } from "../support/log-in.ts";
import { openMailbox, PRINTING } from "../support/mailbox.ts";
import { type Answer, makeWorld } from "../support/world.ts";

const PASSWORD = "correct horse battery";
const NEW_PASSWORD = "staple the horse instead";

afterEach(() => vi.restoreAllMocks());

const codeOf = ({ status, body }: Answer) => [status, body.code];
const issueOf = ({ body }: Answer) => (body.errors as { path: string; code: string }[])[0];

describe("POST /api/auth/password-reset", () => {
  test("mails a link with which the password is set, once, and all sessions end", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner } = await world.tenant({ password: PASSWORD, locale: "ru" });
    const asked = await world.anonymous.post("/api/auth/password-reset", {
      email: owner.email.toUpperCase(),
    });
    expect([asked.status, asked.body]).toEqual([202, {}]);
    expect(mails).toMatchObject([{ to: owner.email, subject: "Новый пароль" }]);
    expect(mails[0]?.text).toContain(`https://crm.test/admin/password-reset?token=${mails[0]?.token}\n`);

    const confirm = (new_password: string, token = mails[0]?.token) =>
      world.anonymous.post("/api/auth/password-reset/confirm", { token, new_password });
    expect(issueOf(await confirm("qwertyuiop"))).toMatchObject({ path: "new_password", code: "too_common" });
    expect((await owner.get("/api/users/me")).status).toBe(200);
    expect((await confirm(NEW_PASSWORD)).status).toBe(204);
    expect(codeOf(await owner.get("/api/users/me"))).toEqual([401, "invalid_token"]);
    expect((await refresh(world.anonymous, owner.refreshToken)).status).toBe(401);
    expect((await logIn(world.anonymous, owner.email, PASSWORD)).status).toBe(401);
    expect((await logIn(world.anonymous, owner.email, NEW_PASSWORD)).status).toBe(200);
    expect(mails.map(({ subject }) => subject)).toEqual(["Новый пароль", "Ваш пароль изменён"]);

    expect(codeOf(await confirm("another horse battery"))).toEqual([404, "not_found"]);
    expect(codeOf(await confirm("another horse battery", "guess"))).toEqual([404, "not_found"]);
    expect((await logIn(world.anonymous, owner.email, NEW_PASSWORD)).status).toBe(200);
  });

  test("does the same before the answer, whether there is an account or not", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant({ password: PASSWORD });
    const { invited } = { invited: "invited@passwords.test" };
    await owner.post("/api/users", { email: invited });
    const emails = [owner.email, "nobody@passwords.test", invited];
    const answers = await Promise.all(
      emails.map((email) => world.anonymous.post("/api/auth/password-reset", { email })),
    );
    for (const { status, text, headers, batches } of answers) {
      expect([status, text, headers.has("server-timing")]).toEqual([202, "{}\n", false]);
      // One counts the try, the other writes the order down; nothing looks for the account.
      const before = batches.slice(0, 2).flatMap(({ statements }) => statements.map(({ sql }) => sql));
      expect(before).toHaveLength(3);
      expect(before.join()).not.toContain("accounts");
    }
    const { results } = await env.DIRECTORY.prepare(
      `SELECT a.email FROM password_resets r JOIN accounts a ON a.id = r.account_id
       WHERE a.email IN (SELECT value FROM json_each(?))`,
    )
      .bind(JSON.stringify(emails))
      .all();
    expect(results).toEqual([{ email: owner.email }]);
  });

  test("mails nobody who is removed, deactivated or suspended", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner, id, shard, member } = await world.tenant();
    const removed = await member({ password: PASSWORD });
    await owner.delete(`/api/users/${removed.memberId}`);
    const deactivated = await member({ password: PASSWORD });
    const { storage } = world.platform.openTenant(shard, id);
    const params = [id, deactivated.memberId];
    await storage.commit([
      { sql: "UPDATE members SET status = 'deactivated' WHERE tenant_id = ? AND id = ?", params },
    ]);
    const suspended = await world.tenant({ password: PASSWORD });
    await world.platform.directory.commit([
      world.platform.directory.tenants.setState(suspended.id, "suspended"),
    ]);
    for (const { email } of [removed, deactivated, suspended.owner]) {
      expect((await world.anonymous.post("/api/auth/password-reset", { email })).status).toBe(202);
    }
    expect(mails).toEqual([]);
  });

  test("mails one link a minute, and each is good for an hour", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner } = await world.tenant({ password: PASSWORD });
    for (const _ of [1, 2, 3]) await world.anonymous.post("/api/auth/password-reset", { email: owner.email });
    expect(mails).toHaveLength(1);
    const late = resetPassword(later(world.platform, 3601), {
      token: mails[0]?.token ?? "",
      newPassword: NEW_PASSWORD,
      address: "192.0.2.1",
    });
    await expect(late).rejects.toMatchObject({ code: "not_found" });
  });

  test("is throttled for known and unknown addresses alike", async () => {
    const world = makeWorld({ vars: { LOGIN_TRIES_PER_ACCOUNT: "1" } });
    const { owner } = await world.tenant({ password: PASSWORD });
    for (const email of [owner.email, "unknown@passwords.test"]) {
      let answer = await world.anonymous.post("/api/auth/password-reset", { email });
      // A minute may end in between.
      for (let i = 0; i < 3 && answer.status !== 429; i++) {
        answer = await world.anonymous.post("/api/auth/password-reset", { email });
      }
      expect(codeOf(answer)).toEqual([429, "too_many_requests"]);
    }
  });

  test("belongs to the first of two with the same link", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner } = await world.tenant({ password: PASSWORD });
    await world.anonymous.post("/api/auth/password-reset", { email: owner.email });
    const passwords = ["first horse battery", "second horse battery"];
    const answers = await Promise.all(
      passwords.map((new_password) =>
        world.anonymous.post("/api/auth/password-reset/confirm", { token: mails[0]?.token, new_password }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    for (const [i, { status }] of answers.entries()) {
      const loggedIn = await logIn(world.anonymous, owner.email, passwords[i] ?? "");
      expect(loggedIn.status).toBe(status === 204 ? 200 : 401);
    }
  });
});

describe("POST /api/auth/password", () => {
  test("keeps the session that asks and ends the others", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner, member } = await world.tenant({ password: PASSWORD });
    const colleague = await member();
    const { body: other } = await logIn(world.anonymous, owner.email, PASSWORD);
    const change = { current_password: PASSWORD, new_password: NEW_PASSWORD };
    expect((await owner.post("/api/auth/password", change)).status).toBe(204);
    expect((await owner.get("/api/users/me")).status).toBe(200);
    expect((await refresh(world.anonymous, owner.refreshToken)).status).toBe(200);
    expect((await world.client(other.access_token, owner.tenantId).get("/api/users/me")).status).toBe(401);
    expect((await refresh(world.anonymous, other.refresh_token)).status).toBe(401);
    expect((await colleague.get("/api/users/me")).status).toBe(200);
    expect((await logIn(world.anonymous, owner.email, PASSWORD)).status).toBe(401);
    expect((await logIn(world.anonymous, owner.email, NEW_PASSWORD)).status).toBe(200);
    expect(mails.map(({ subject }) => subject)).toEqual(["Your password was changed"]);
  });

  test("takes the present password, and a new one that is good", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant({ password: PASSWORD });
    const change = (current_password: string, new_password: string) =>
      owner.post("/api/auth/password", { current_password, new_password });
    expect(issueOf(await change("wrong horse battery", NEW_PASSWORD))).toMatchObject({
      path: "current_password",
      code: "wrong_password",
    });
    const [name] = owner.email.split("@");
    for (const [password, code] of [
      ["qwertyuiop", "too_common"],
      [`x${name}`, "has_own_name"],
      ["short", "too_short"],
    ] as const) {
      expect(issueOf(await change(PASSWORD, password))).toMatchObject({ path: "new_password", code });
    }
    expect((await logIn(world.anonymous, owner.email, PASSWORD)).status).toBe(200);
  });

  test("cannot be guessed with somebody's session", async () => {
    const world = makeWorld({ vars: { LOGIN_TRIES_PER_ACCOUNT: "1" } });
    const { owner } = await world.tenant({ password: PASSWORD });
    const guess = { current_password: "wrong horse battery", new_password: NEW_PASSWORD };
    const statuses: number[] = [];
    for (let i = 0; i < 4 && statuses.at(-1) !== 429; i++) {
      statuses.push((await owner.post("/api/auth/password", guess)).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("the commonest passwords and one's own name", () => {
  test("are refused wherever a password is set", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant();
    const added = await owner.post("/api/users", { email: "common@passwords.test", password: "1q2w3e4r5t" });
    expect(issueOf(added)).toMatchObject({ path: "password", code: "too_common" });
    const registration = { email: "registrant@passwords.test", password: "my-registrant-password" };
    const registered = await world.anonymous.post("/api/auth/register", registration);
    expect(issueOf(registered)).toMatchObject({ path: "password", code: "has_own_name" });
    const { body } = await owner.post<{ invitation: { token: string } }>("/api/users", {
      email: "invitee@passwords.test",
    });
    const acceptance = { token: body.invitation.token, password: "invitee-invitee" };
    const accepted = await world.anonymous.post("/api/auth/invitations/accept", acceptance);
    expect(issueOf(accepted)).toMatchObject({ path: "password", code: "has_own_name" });
    const right = { ...acceptance, password: PASSWORD };
    expect((await world.anonymous.post("/api/auth/invitations/accept", right)).status).toBe(204);
  });
});
