import { describe, expect, test } from "vitest";
import { logIn, refresh } from "../support/log-in.ts";
import { type Answer, makeWorld } from "../support/world.ts";

const PASSWORD = "correct horse battery";
const FORM = "application/x-www-form-urlencoded";

interface Session {
  id: string;
  current: boolean;
  created_at: string;
  expires_at: string;
  address: string | null;
  user_agent: string | null;
}

const codeOf = ({ status, body }: Answer) => [status, body.code];

describe("one's own sessions", () => {
  test("are listed with where they were begun, the newest first", async () => {
    const world = makeWorld();
    const { owner, member } = await world.tenant({ password: PASSWORD });
    await member();
    const form = new URLSearchParams({ username: owner.email, password: PASSWORD }).toString();
    const headers = { "content-type": FORM, "cf-connecting-ip": "192.0.2.7", "user-agent": "x".repeat(300) };
    const raw = await world.anonymous.post<{ access_token: string }>("/api/auth/token", undefined, {
      raw: form,
      headers,
    });
    const { body } = await world
      .client(raw.body.access_token, owner.tenantId)
      .get<Session[]>("/api/sessions");
    expect(body).toEqual([
      {
        id: expect.any(String),
        current: true,
        created_at: expect.any(String),
        expires_at: expect.any(String),
        address: "192.0.2.7",
        user_agent: "x".repeat(200),
      },
      expect.objectContaining({ id: owner.sessionId, current: false }),
    ]);
    const days = (Date.parse(body[0]?.expires_at ?? "") - Date.parse(body[0]?.created_at ?? "")) / 86_400_000;
    expect(days).toBe(30);
  });

  test("can be ended, and are over at once", async () => {
    const world = makeWorld();
    const { owner, member } = await world.tenant({ password: PASSWORD });
    const { body: other } = await logIn(world.anonymous, owner.email, PASSWORD);
    const client = world.client(other.access_token, owner.tenantId);
    expect((await client.delete(`/api/sessions/${owner.sessionId}`)).status).toBe(204);
    expect(codeOf(await owner.get("/api/users/me"))).toEqual([401, "invalid_token"]);
    expect((await refresh(world.anonymous, owner.refreshToken)).status).toBe(401);
    expect((await client.get<Session[]>("/api/sessions")).body.map(({ current }) => current)).toEqual([true]);
    expect(codeOf(await client.delete(`/api/sessions/${owner.sessionId}`))).toEqual([404, "not_found"]);

    const colleague = await member();
    expect(codeOf(await client.delete(`/api/sessions/${colleague.sessionId}`))).toEqual([404, "not_found"]);
    expect((await colleague.get("/api/users/me")).status).toBe(200);

    const [own] = (await client.get<Session[]>("/api/sessions")).body;
    expect((await client.delete(`/api/sessions/${own?.id}`)).status).toBe(204);
    expect((await client.get("/api/sessions")).status).toBe(401);
  });
});

describe("a colleague's sessions", () => {
  test("are for whoever manages users: to see, and to end all at once", async () => {
    const world = makeWorld();
    const { owner, member } = await world.tenant();
    const colleague = await member({ permissions: ["leads:view"], password: PASSWORD });
    const { body: second } = await logIn(world.anonymous, colleague.email, PASSWORD);
    const path = `/api/users/${colleague.memberId}/sessions`;
    for (const answer of [await colleague.get(path), await colleague.delete(path)]) {
      expect(codeOf(answer)).toEqual([403, "forbidden"]);
    }
    const { body } = await owner.get<Session[]>(path);
    expect(body).toHaveLength(2);
    expect(body.every(({ current }) => !current)).toBe(true);
    expect((await owner.delete(path)).status).toBe(204);
    expect((await colleague.get("/api/users/me")).status).toBe(401);
    expect((await refresh(world.anonymous, second.refresh_token)).status).toBe(401);
    expect((await owner.get<Session[]>(path)).body).toEqual([]);
    expect((await owner.get("/api/users/me")).status).toBe(200);
    expect((await logIn(world.anonymous, colleague.email, PASSWORD)).status).toBe(200);
  });

  test("of a founder are ended by founders only", async () => {
    const { owner, member } = await makeWorld().tenant();
    const manager = await member({ permissions: ["users:manage"] });
    expect((await manager.delete(`/api/users/${owner.memberId}/sessions`)).status).toBe(403);
    expect((await owner.get("/api/users/me")).status).toBe(200);
  });
});

describe("deactivating a colleague", () => {
  test("logs them out at once and keeps them out until they are let in again", async () => {
    const world = makeWorld();
    const { owner, member } = await world.tenant();
    const colleague = await member({ permissions: ["leads:view", "leads:create"], password: PASSWORD });
    const lead = await colleague.post<{ id: string }>("/api/data/leads", { organization_name: "Acme" });
    const path = `/api/users/${colleague.memberId}`;
    const { status, body } = await owner.patch(path, { status: "deactivated" });
    expect([status, body.status]).toEqual([200, "deactivated"]);
    expect(body.roles).toHaveLength(1);
    expect(codeOf(await colleague.get("/api/users/me"))).toEqual([401, "invalid_token"]);
    expect((await refresh(world.anonymous, colleague.refreshToken)).status).toBe(401);
    const wrong = await logIn(world.anonymous, colleague.email, "wrong horse battery");
    const right = await logIn(world.anonymous, colleague.email, PASSWORD);
    expect(right.status).toBe(401);
    const { request_id: _, ...problem } = wrong.body as unknown as Record<string, unknown>;
    expect(right.body).toMatchObject(problem);
    const kept = await owner.get(`/api/data/leads/${lead.body.id}`);
    expect(kept.body).toMatchObject({ owner_id: colleague.memberId });

    expect((await owner.patch(path, { status: "active", full_name: "Back again" })).body).toMatchObject({
      status: "active",
      full_name: "Back again",
    });
    expect((await colleague.get("/api/users/me")).status).toBe(401);
    const { body: tokens } = await logIn(world.anonymous, colleague.email, PASSWORD);
    const back = world.client(tokens.access_token, owner.tenantId);
    expect((await back.get("/api/data/leads")).status).toBe(200);
  });

  test("leaves no session to a log-in that was under way", async () => {
    const world = makeWorld();
    const { owner, member } = await world.tenant();
    const colleague = await member({ password: PASSWORD });
    const [answer] = await Promise.all([
      logIn(world.anonymous, colleague.email, PASSWORD),
      owner.patch(`/api/users/${colleague.memberId}`, { status: "deactivated" }),
    ]);
    if (answer.status === 200) {
      const client = world.client(answer.body.access_token, owner.tenantId);
      expect((await client.get("/api/users/me")).status).toBe(401);
    } else expect(answer.status).toBe(401);
    const live = await owner.get<Session[]>(`/api/users/${colleague.memberId}/sessions`);
    expect(live.body).toEqual([]);
  });

  test("stops at the last founder, at founders for others, and at who has not accepted yet", async () => {
    const { owner, member } = await makeWorld().tenant();
    const deactivate = { status: "deactivated" };
    const me = `/api/users/${owner.memberId}`;
    expect(codeOf(await owner.patch(me, deactivate))).toEqual([409, "invalid_state"]);
    const manager = await member({ permissions: ["users:manage"] });
    expect((await manager.patch(me, deactivate)).status).toBe(403);
    const seller = await member({ permissions: ["leads:view"] });
    expect((await seller.patch(`/api/users/${manager.memberId}`, deactivate)).status).toBe(403);
    const { body } = await owner.post<{ id: string }>("/api/users", { email: "late@sessions.test" });
    expect(codeOf(await owner.patch(`/api/users/${body.id}`, deactivate))).toEqual([409, "invalid_state"]);

    // With a second founder the first may go; then the second is the last.
    const roles = await owner.get<{ id: string; is_founder: boolean }[]>("/api/roles");
    const founder = roles.body.find(({ is_founder }) => is_founder)?.id;
    const second = await member();
    await owner.put(`/api/users/${second.memberId}/roles`, { role_ids: [founder] });
    expect((await second.patch(me, deactivate)).status).toBe(200);
    expect((await owner.get("/api/users/me")).status).toBe(401);
    const last = await second.patch(`/api/users/${second.memberId}`, deactivate);
    expect(codeOf(last)).toEqual([409, "invalid_state"]);
    const roleless = await second.put(`/api/users/${second.memberId}/roles`, { role_ids: [] });
    expect(codeOf(roleless)).toEqual([409, "invalid_state"]);
    expect((await second.patch(me, { status: "active" })).status).toBe(200);
  });

  test("changes nothing where nothing is named", async () => {
    const { owner, member } = await makeWorld().tenant();
    const { memberId } = await member();
    const before = await owner.get(`/api/users/${memberId}`);
    const { body } = await owner.patch(`/api/users/${memberId}`, {});
    expect(body).toEqual(before.body);
  });
});
