import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { resumeSagas } from "../../src/domain/sagas/resume-sagas.ts";
import { logIn } from "../support/log-in.ts";
import { openMailbox, PRINTING } from "../support/mailbox.ts";
import { type Answer, makeWorld } from "../support/world.ts";

const PASSWORD = "correct horse battery";

let serial = 0;
const newEmail = () => `invited-${++serial}@invitations.test`;

interface Invited {
  id: string;
  invitation: { token: string; url: string; expires_at: string };
}

afterEach(() => vi.restoreAllMocks());

/** An answer without what is new in each. */
const shapeOf = ({ status, text }: Answer<Invited>) =>
  `${status} ${text.replaceAll(/[\w-]+@\w+\.test/g, "<email>").replaceAll(/[\w-]{43}/g, "<token>")}`
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "<time>")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>");

describe("inviting a colleague", () => {
  test.each([
    ["en", "Invitation to the CRM of “Acme”", "You are invited to work in the CRM of “Acme”."],
    ["ru", "Приглашение в CRM компании «Acme»", "Вас пригласили работать в CRM компании «Acme»."],
  ] as const)("mails the link in the company's language: %s", async (locale, subject, first) => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner } = await world.tenant({ locale });
    const email = newEmail();
    const { body, headers } = await owner.post<Invited>("/api/users", { email });
    expect(headers.get("cache-control")).toBe("no-store");
    const { token, url } = body.invitation;
    expect(url).toBe(`https://crm.test/admin/invitation?token=${token}`);
    expect(mails).toEqual([{ to: email, subject, text: expect.stringContaining(`\n${url}\n`), token }]);
    expect(mails[0]?.text.split("\n\n")[0]).toBe(first);
    const acceptance = { token: mails[0]?.token, password: PASSWORD };
    expect((await world.anonymous.post("/api/auth/invitations/accept", acceptance)).status).toBe(204);
    expect((await logIn(world.anonymous, email, PASSWORD)).status).toBe(200);
  });

  test("answers an address that has an account elsewhere like any other, and tells its owner", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const elsewhere = await world.tenant({ name: "Ромашка", locale: "ru", password: PASSWORD });
    const { owner } = await world.tenant();
    const known = await owner.post<Invited>("/api/users", { email: elsewhere.owner.email });
    const unknown = await owner.post<Invited>("/api/users", { email: newEmail() });
    expect(shapeOf(known)).toBe(shapeOf(unknown));
    for (const { headers } of [known, unknown]) expect(headers.has("server-timing")).toBe(false);
    const statements = ({ batches }: Answer<Invited>) =>
      batches.map((batch) => batch.statements.map(({ sql }) => sql).join(";"));
    // Of the new one the mail goes out at once; the other company's is for the sweep.
    const { length } = statements(known);
    expect(statements(unknown).slice(0, length)).toEqual(statements(known));
    expect(mails.map(({ subject }) => subject)).toEqual(["Invitation to the CRM of “Acme”"]);
    const sweep = () => resumeSagas(world.platform);
    await sweep();
    // The sweep also sends what other tests have left.
    const toOwner = () => mails.filter(({ to }) => to === elsewhere.owner.email);
    const [told] = toOwner();
    expect(told?.subject).toBe("У вас уже есть учётная запись");
    expect(told?.text).toContain("компании «Acme»");
    expect(told?.token).toBeUndefined();

    // The invitation that was answered opens nothing, and neither does a password that was given.
    const acceptance = { token: known.body.invitation.token, password: PASSWORD };
    const refused = await world.anonymous.post("/api/auth/invitations/accept", acceptance);
    expect(refused.status).toBe(404);
    const other = await world.tenant();
    const given = { email: elsewhere.owner.email, password: "another horse battery" };
    expect((await other.owner.post("/api/users", given)).status).toBe(201);
    expect((await logIn(world.anonymous, elsewhere.owner.email, given.password)).status).toBe(401);
    expect((await logIn(world.anonymous, elsewhere.owner.email, PASSWORD)).status).toBe(200);
    await sweep();
    expect(toOwner()).toHaveLength(2);

    // Nor does inviting again say more.
    const again = await owner.post<Invited>(`/api/users/${known.body.id}/invitation`);
    const alike = await owner.post<Invited>(`/api/users/${unknown.body.id}/invitation`);
    expect(shapeOf(again)).toBe(shapeOf(alike));
    await sweep();
    expect(toOwner()).toHaveLength(3);
  });

  test("tells no name of a company that would read as a link", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    for (const name of ["visit evil.example now", "https://evil.example", "a".repeat(61), "x@evil.example"]) {
      const { owner } = await world.tenant({ name });
      await owner.post("/api/users", { email: newEmail() });
      expect(mails.at(-1)?.subject).toBe("Invitation to the CRM");
      expect(mails.at(-1)?.text).not.toContain(name);
    }
  });

  test("prints no link where the sandbox is not told to", async () => {
    const logged: unknown[] = [];
    for (const method of ["log", "info", "warn", "error"] as const) {
      vi.spyOn(console, method).mockImplementation((...all) => void logged.push(...all));
    }
    const world = makeWorld();
    const { owner } = await world.tenant();
    const email = newEmail();
    const { body } = await owner.post<Invited>("/api/users", { email });
    const all = logged.map(String).join("\n");
    for (const secret of [body.invitation.token, email]) expect(all).not.toContain(secret);
  });

  test("lets mails to one address wait when there are many within a minute", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: { ...PRINTING, LOGIN_TRIES_PER_ACCOUNT: "2" } });
    const { owner } = await world.tenant();
    const { body } = await owner.post<Invited>("/api/users", { email: newEmail() });
    for (let i = 0; i < 6; i++) await owner.post(`/api/users/${body.id}/invitation`);
    // The minute may end in between.
    expect(mails.length).toBeGreaterThanOrEqual(2);
    expect(mails.length).toBeLessThanOrEqual(4);
    const { results } = await env.DIRECTORY.prepare("SELECT 1 FROM sagas WHERE payload LIKE ?")
      .bind(`%${body.id}%`)
      .all();
    expect(mails.length + results.length).toBe(7);
  });
});

describe("POST /api/users/{id}/invitation", () => {
  test("takes the place of the earlier link and mails the new one", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner } = await world.tenant();
    const email = newEmail();
    const { body } = await owner.post<Invited>("/api/users", { email });
    const again = await owner.post<Invited["invitation"]>(`/api/users/${body.id}/invitation`);
    expect(again.status).toBe(200);
    expect(again.body.token).not.toBe(body.invitation.token);
    expect(mails.map(({ token }) => token)).toEqual([body.invitation.token, again.body.token]);
    const accept = (token: string) =>
      world.anonymous.post("/api/auth/invitations/accept", { token, password: PASSWORD });
    expect((await accept(body.invitation.token)).status).toBe(404);
    expect((await accept(again.body.token)).status).toBe(204);

    const late = await owner.post(`/api/users/${body.id}/invitation`);
    expect([late.status, late.body.code]).toEqual([409, "invalid_state"]);
  });

  test("has one effect and one mail under an Idempotency-Key", async () => {
    const mails = openMailbox();
    const world = makeWorld({ vars: PRINTING });
    const { owner } = await world.tenant();
    const { body } = await owner.post<Invited>("/api/users", { email: newEmail() });
    const headers = { "idempotency-key": "once" };
    const answers = [1, 2].map(() =>
      owner.post<Invited["invitation"]>(`/api/users/${body.id}/invitation`, undefined, { headers }),
    );
    const [first, second] = await Promise.all(answers);
    expect(second?.text).toBe(first?.text);
    expect(new Set(mails.slice(1).map(({ token }) => token))).toEqual(new Set([first?.body.token]));
  });

  test("takes users:manage", async () => {
    const { member, owner } = await makeWorld().tenant();
    const { body } = await owner.post<Invited>("/api/users", { email: newEmail() });
    const seller = await member({ permissions: ["leads:view"] });
    expect((await seller.post(`/api/users/${body.id}/invitation`)).status).toBe(403);
  });
});
