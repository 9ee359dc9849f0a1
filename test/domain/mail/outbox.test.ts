import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { openPlatform } from "../../../src/compose.ts";
import type { PlatformContext } from "../../../src/domain/context.ts";
import { addMember } from "../../../src/domain/members/add-member.ts";
import { resumeSagas } from "../../../src/domain/sagas/resume-sagas.ts";
import { beginSaga } from "../../../src/domain/sagas/run-saga.ts";
import type { Mail, MailOutcome } from "../../../src/gateways/mailer.ts";
import { later } from "../../support/dying-platform.ts";
import { makeWorld } from "../../support/world.ts";

const world = makeWorld();

// Test files share the databases: what others have left to the sweep is none of ours.
beforeEach(async () => void (await env.DIRECTORY.exec("DELETE FROM sagas")));

/** The platform with a provider that answers as it is told, and nothing going on after the answer. */
function withProvider(outcomes: MailOutcome[]): { platform: PlatformContext; sent: Mail[] } {
  const sent: Mail[] = [];
  const mailer = {
    async send(mail: Mail) {
      sent.push(mail);
      return outcomes.shift() ?? ({ kind: "accepted" } as const);
    },
  };
  return { platform: { ...world.platform, mailer, later: () => undefined }, sent };
}

async function invite(platform: PlatformContext): Promise<string> {
  const { owner, shard, id } = await world.tenant();
  const identity = { memberId: owner.memberId, sessionId: owner.sessionId };
  const email = `${platform.newId()}@outbox.test`;
  const input = { email, fullName: null, password: null, roleIds: [] };
  await addMember({ ...platform.openTenant(shard, id), identity }, input, platform);
  return email;
}

const outbox = async () =>
  (
    await env.DIRECTORY.prepare("SELECT payload, last_error FROM sagas WHERE kind = 'send_mail'").all<{
      payload: string;
      last_error: string | null;
    }>()
  ).results;

describe("a mail", () => {
  test("is sent by the sweep when nothing came of it after the answer", async () => {
    const { platform, sent } = withProvider([]);
    const email = await invite(platform);
    expect(sent).toEqual([]);
    await resumeSagas(later(platform, 120));
    expect(sent).toMatchObject([{ to: email }]);
    expect(await outbox()).toEqual([]);
  });

  test("is tried again as the same mail until the provider takes it, and its token is nowhere in the database", async () => {
    const { platform, sent } = withProvider([
      { kind: "failed", detail: "503" },
      { kind: "failed", detail: "timeout" },
    ]);
    await invite(platform);
    for (const [seconds, error] of [
      [120, "mail provider: 503"],
      [400, "mail provider: timeout"],
    ] as const) {
      await resumeSagas(later(platform, seconds));
      const [order] = await outbox();
      expect(order?.last_error).toBe(error);
      expect(order?.payload).not.toContain(/token=([\w-]+)/.exec(sent[0]?.text ?? "")?.[1]);
    }
    await resumeSagas(later(platform, 900));
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((mail) => JSON.stringify(mail))).size).toBe(1);
    expect(await outbox()).toEqual([]);
  });

  test("that is refused for good, or that nobody needs any more, is given up", async () => {
    const logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { platform, sent } = withProvider([{ kind: "refused", detail: "422 validation_error" }]);
    await invite(platform);
    await resumeSagas(later(platform, 120));
    expect(await outbox()).toEqual([]);
    await invite(platform);
    await resumeSagas(later(platform, 8 * 86_400));
    expect(await outbox()).toEqual([]);
    expect(sent).toHaveLength(1);
    expect(logged.mock.calls.flat().map((line) => JSON.parse(String(line)).event)).toEqual([
      "mail_refused",
      "mail_given_up",
    ]);
    logged.mockRestore();
  });

  test("waits until everything else is done, and holds up nothing when the provider is down", async () => {
    const done: string[] = [];
    const { platform: plain } = withProvider([]);
    const mailer = {
      async send(): Promise<MailOutcome> {
        done.push("mail");
        return { kind: "failed", detail: "503" };
      },
    };
    const platform = { ...plain, mailer };
    for (const _ of [1, 2]) await invite(platform);
    const { owner, shard, id } = await world.tenant();
    const payload = { shard, tenantId: id, sessionId: owner.sessionId };
    await platform.directory.commit([beginSaga(platform, "end_session", payload).write]);
    const openTenant: typeof platform.openTenant = (...tenant) => {
      if (tenant[1] === id) done.push("session");
      return platform.openTenant(...tenant);
    };
    expect(await resumeSagas({ ...later(platform, 120), openTenant })).toEqual({ finished: 1, failed: 2 });
    expect(done).toEqual(["session", "mail", "mail"]);
    expect((await owner.get("/api/users/me")).status).toBe(401);
  });
});

describe("settings", () => {
  test("take a provider's key only with an address to send from and to link to", () => {
    const open = (vars: Record<string, string>) => openPlatform({ ...env, ...vars } as unknown as Env);
    const key = { MAIL_API_KEY: "re_1" };
    for (const vars of [key, { ...key, MAIL_FROM: "a@b.test" }, { ...key, PUBLIC_URL: "https://crm.test" }]) {
      expect(() => open(vars)).toThrow("MAIL_API_KEY needs MAIL_FROM and PUBLIC_URL");
    }
    open({ ...key, MAIL_FROM: "a@b.test", PUBLIC_URL: "https://crm.test" });
  });
});
