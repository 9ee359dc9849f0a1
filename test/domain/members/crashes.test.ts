import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { PlatformContext, TenantContext } from "../../../src/domain/context.ts";
import { acceptInvitation } from "../../../src/domain/members/accept-invitation.ts";
import { addMember } from "../../../src/domain/members/add-member.ts";
import { removeMember } from "../../../src/domain/members/remove-member.ts";
import { resumeSagas } from "../../../src/domain/sagas/resume-sagas.ts";
import { endSession } from "../../../src/domain/sessions/end-session.ts";
import { registerCompany } from "../../../src/domain/tenants/register-company.ts";
import { hashToken } from "../../../src/lib/crypto/hash-token.ts";
import { dieEverywhere, later } from "../../support/dying-platform.ts";
import { interferingPlatform } from "../../support/interfering-platform.ts";
import { type MemberClient, makeWorld, type TestTenant } from "../../support/world.ts";

const world = makeWorld();

// Test files share the databases: what others have left to the sweep is none of ours.
beforeEach(async () => void (await env.DIRECTORY.exec("DELETE FROM sagas")));

const { platform } = world;
const PASSWORD = "correct horse battery";
const ADDRESS = "192.0.2.1";

let serial = 0;
const newEmail = () => `person-${++serial}@people.test`;
const invited = (email: string) => ({ email, fullName: null, password: null, roleIds: [] });

/** The verb's context on the given platform, as the given member. */
function contextOf(on: PlatformContext, { shard }: TestTenant, member: MemberClient): TenantContext {
  const { memberId, sessionId, tenantId } = member;
  return { ...on.openTenant(shard, tenantId), identity: { memberId, sessionId } };
}

const directoryRows = async (sql: string, ...params: string[]) =>
  (
    await env.DIRECTORY.prepare(sql)
      .bind(...params)
      .all<Record<string, unknown>>()
  ).results;

const accountOf = async (email: string) =>
  (await directoryRows("SELECT * FROM accounts WHERE email = ?", email))[0];
const invitationOf = async (accountId: string) =>
  (await directoryRows("SELECT * FROM invitations WHERE account_id = ?", accountId))[0];

const acceptancesTold = (memberId: string) =>
  env.TENANTS_02.prepare(
    "SELECT count(*) AS n FROM audit_log WHERE action = 'member.accept_invitation' AND subject_id = ?",
  )
    .bind(memberId)
    .first("n");

async function memberWith(tenant: TestTenant, email: string) {
  const { storage } = platform.openTenant(tenant.shard, tenant.id);
  const [members] = await storage.read([storage.members.list(null, 1000)]);
  return members.find((member) => member.email === email);
}

/** What the cron does in the minutes after; then nothing may be left to do. */
async function sweep(): Promise<void> {
  const alone = { ...platform, later: () => undefined };
  // A mail that the first sweep comes to is for the next, unless it is sent at once.
  for (const seconds of [120, 400]) {
    expect((await resumeSagas(later(alone, seconds))).failed).toBe(0);
  }
  expect(await directoryRows("SELECT kind, payload FROM sagas")).toEqual([]);
}

describe("adding a member, whenever the process dies", () => {
  test("leaves all or nothing of member, account and invitation", async () => {
    const tenant = await world.tenant();
    let added = 0;
    const lives = await dieEverywhere(
      async () => newEmail(),
      (on, email) => addMember(contextOf(on, tenant, tenant.owner), invited(email), on),
      async (email) => {
        await sweep();
        const [member, account] = [await memberWith(tenant, email), await accountOf(email)];
        expect(account?.id).toBe(member?.id);
        if (!member) return;
        added += 1;
        expect(account?.tenant_id).toBe(tenant.id);
        expect(await invitationOf(member.id)).toBeDefined();
      },
    );
    expect(lives).toBe(14);
    // Dead before the third batch has committed, nothing happened; the undisturbed run counts, too.
    expect(added).toBe(lives + 1 - 5);
  });

  test("answers well once the shard has decided", async () => {
    const tenant = await world.tenant();
    const answers: unknown[] = [];
    await dieEverywhere(
      async () => newEmail(),
      async (on, email) => {
        const { invitation } = await addMember(contextOf(on, tenant, tenant.owner), invited(email), on);
        answers.push(invitation?.token);
      },
      sweep,
    );
    expect(answers).toHaveLength(1 + 14 - 6);
    expect(new Set(answers).size).toBe(answers.length);
  });
});

describe("removing a member, whenever the process dies", () => {
  test("leaves both or neither of member and account", async () => {
    const tenant = await world.tenant();
    let removed = 0;
    const lives = await dieEverywhere(
      () => tenant.member({ permissions: ["leads:view"] }),
      (on, { memberId }) => removeMember(contextOf(on, tenant, tenant.owner), { id: memberId }, on),
      async (member) => {
        const gone = (await memberWith(tenant, member.email)) === undefined;
        // The shard's word counts at once, before anybody has swept.
        expect((await member.get("/api/users/me")).status).toBe(gone ? 401 : 200);
        await sweep();
        expect((await memberWith(tenant, member.email)) === undefined).toBe(gone);
        expect((await accountOf(member.email)) === undefined).toBe(gone);
        const [family] = await directoryRows(
          "SELECT revoked_at FROM refresh_families WHERE id = ?",
          member.sessionId,
        );
        expect(family?.revoked_at !== null).toBe(gone);
        if (gone) removed += 1;
      },
    );
    expect(lives).toBe(10);
    expect(removed).toBe(lives + 1 - 5);
  });

  test("never keeps the address from the one who is added next", async () => {
    const tenant = await world.tenant();
    const owner = (on: PlatformContext) => contextOf(on, tenant, tenant.owner);
    await dieEverywhere(
      async () => {
        const email = newEmail();
        return { email, first: await addMember(owner(platform), invited(email), platform) };
      },
      (on, { first }) => removeMember(owner(on), { id: first.id }, on),
      async ({ email, first }) => {
        const second = await addMember(owner(platform), invited(email), platform).catch(() => undefined);
        await sweep();
        const present = second ?? first;
        expect((await memberWith(tenant, email))?.id).toBe(present.id);
        expect((await accountOf(email))?.id).toBe(present.id);
        const tokenHash = await hashToken(present.invitation?.token ?? "");
        expect((await invitationOf(present.id))?.token_hash).toBe(tokenHash);
      },
    );
  });

  test("leaves no account even when the account is being made at that moment", async () => {
    const tenant = await world.tenant();
    const email = newEmail();
    let interfered = 0;
    const on = interferingPlatform(/insert into "accounts"/, async () => {
      interfered += 1;
      const member = await memberWith(tenant, email);
      await removeMember(contextOf(platform, tenant, tenant.owner), { id: member?.id ?? "" }, platform);
    });
    const { id } = await addMember(contextOf(on, tenant, tenant.owner), invited(email), on);
    expect(interfered).toBe(1);
    await sweep();
    expect(await memberWith(tenant, email)).toBeUndefined();
    expect(await accountOf(email)).toBeUndefined();
    expect(await invitationOf(id)).toBeUndefined();
  });
});

describe("accepting an invitation, whenever the process dies", () => {
  test("makes the member active and sets the password, or does neither", async () => {
    const tenant = await world.tenant({ shard: "02" });
    let accepted = 0;
    const lives = await dieEverywhere(
      async () => {
        const input = { email: newEmail(), fullName: "Before", password: null, roleIds: [] };
        const { invitation } = await addMember(contextOf(platform, tenant, tenant.owner), input, platform);
        const address = platform.newId();
        return {
          email: input.email,
          acceptance: { token: invitation?.token ?? "", fullName: "After", address },
        };
      },
      (on, { acceptance }) => acceptInvitation(on, { ...acceptance, password: PASSWORD }),
      async ({ email, acceptance }) => {
        await sweep();
        const [member, account] = [await memberWith(tenant, email), await accountOf(email)];
        const active = member?.status === "active";
        expect(member?.fullName).toBe(active ? "After" : "Before");
        expect(account?.password_hash !== null).toBe(active);
        expect((await invitationOf(member?.id ?? "")) === undefined).toBe(active);
        expect(await acceptancesTold(member?.id ?? "")).toBe(active ? 1 : 0);
        const again = acceptInvitation(platform, { ...acceptance, password: "another horse battery" });
        if (active) await expect(again).rejects.toMatchObject({ code: "not_found" });
        else await again;
        accepted += active ? 1 : 0;
      },
    );
    expect(lives).toBe(10);
    // The intent, once written, is carried out.
    expect(accepted).toBe(lives + 1 - 3);
  });

  test("can be tried again at once, without waiting for the sweep", async () => {
    const tenant = await world.tenant();
    await dieEverywhere(
      async () => {
        const email = newEmail();
        const owner = contextOf(platform, tenant, tenant.owner);
        const { invitation } = await addMember(owner, invited(email), platform);
        return { email, token: invitation?.token ?? "" };
      },
      (on, { token }) =>
        acceptInvitation(on, { token, password: PASSWORD, fullName: null, address: ADDRESS }),
      async ({ email, token }) => {
        if ((await accountOf(email))?.password_hash === null) {
          const address = platform.newId();
          await acceptInvitation(platform, { token, password: PASSWORD, fullName: null, address });
        }
        expect((await memberWith(tenant, email))?.status).toBe("active");
        const password = (await accountOf(email))?.password_hash;
        await sweep();
        expect((await accountOf(email))?.password_hash).toBe(password);
      },
    );
  });
});

describe("registering a company, whenever the process dies", () => {
  test("leaves a whole company or nothing, and the address with it", async () => {
    const register = (on: PlatformContext, email: string) =>
      registerCompany(on, {
        email,
        password: PASSWORD,
        fullName: null,
        companyName: "Acme",
        registrationToken: null,
        locale: "en",
        address: on.newId(),
        shard: "02",
      });
    let founded = 0;
    const lives = await dieEverywhere(
      async () => newEmail(),
      register,
      async (email) => {
        await sweep();
        const account = await accountOf(email);
        if (!account) return;
        founded += 1;
        const [tenant] = await directoryRows(
          "SELECT state FROM tenants WHERE id = ?",
          String(account.tenant_id),
        );
        expect(tenant?.state).toBe("active");
        const { storage } = platform.openTenant("02", String(account.tenant_id));
        const [state, types, member] = await storage.read([
          storage.tenants.find(),
          storage.entityTypes.names(),
          storage.members.find(String(account.id)),
        ]);
        expect(state?.state).toBe("active");
        expect(types.map(({ name }) => name)).toEqual(["leads", "legal_entities", "individuals"]);
        expect(member).toMatchObject({ email, status: "active", roles: [{ isFounder: true }] });
      },
    );
    expect(lives).toBe(8);
    expect(founded).toBe(lives + 1 - 3);
  });
});

describe("logging out, whenever the process dies", () => {
  test("ends the session on both sides, or on neither", async () => {
    const tenant = await world.tenant();
    let ended = 0;
    const lives = await dieEverywhere(
      () => tenant.member(),
      (on, { refreshToken }) => endSession(on, refreshToken),
      async (member) => {
        await sweep();
        const [family] = await directoryRows(
          "SELECT revoked_at FROM refresh_families WHERE id = ?",
          member.sessionId,
        );
        const over = family?.revoked_at !== null;
        expect((await member.get("/api/users/me")).status).toBe(over ? 401 : 200);
        if (over) ended += 1;
      },
    );
    expect(lives).toBe(8);
    expect(ended).toBe(lives + 1 - 3);
  });
});
