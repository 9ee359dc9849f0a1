import { describe, expect, test } from "vitest";
import { acceptInvitation } from "../../src/domain/members/accept-invitation.ts";
import { later } from "../support/dying-platform.ts";
import { logIn } from "../support/log-in.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

const PASSWORD = "correct horse battery";
const world = makeWorld();

let serial = 0;
const newEmail = () => `colleague-${++serial}@users.test`;

interface User {
  readonly id: string;
  readonly full_name: string | null;
  readonly email?: string;
  readonly status?: string;
  readonly roles?: { id: string; name: string }[];
}
interface Added extends User {
  readonly invitation?: { token: string; expires_at: string };
}
interface Page {
  readonly data: User[];
  readonly total: number | null;
  readonly next_cursor: string | null;
}

async function roleOf(owner: MemberClient, name: string, permissions: string[]): Promise<string> {
  const { body } = await owner.post<{ id: string }>("/api/roles", { name, permissions });
  return body.id;
}

async function founderRole(owner: MemberClient): Promise<string> {
  const { body } = await owner.get<{ id: string; is_founder: boolean }[]>("/api/roles");
  return body.find((role) => role.is_founder)?.id ?? "";
}

describe("/api/users/me", () => {
  test("tells the founder everything there is, in one trip", async () => {
    const { owner } = await world.tenant({ name: "Acme", locale: "ru" });
    const { status, body, cost } = await owner.get("/api/users/me");
    expect(status).toBe(200);
    expect(cost.trips).toBe(1);
    expect(body).toMatchObject({
      id: owner.memberId,
      email: owner.email,
      full_name: "Founder",
      tenant: {
        id: owner.tenantId,
        name: "Acme",
        time_zone: "Europe/Moscow",
        default_country: "RU",
        locale: "ru",
        currency: "RUB",
      },
      roles: [{ name: "Владелец" }],
    });
    expect(body.permissions).toEqual(expect.arrayContaining(["leads:import", "users:manage", "meta:manage"]));
    expect(body.permissions).toHaveLength((body.grants as unknown[]).length);
  });

  test("tells others what their roles add up to", async () => {
    const { member } = await world.tenant();
    const seller = await member({ permissions: ["leads:view", "leads:create", "messages:send"] });
    const { body } = await seller.get("/api/users/me");
    expect(body.permissions).toEqual(["leads:create", "leads:view", "messages:send"]);
    expect(body.grants).toEqual([
      { name: "leads:create", scope: "all" },
      { name: "leads:view", scope: "all" },
      { name: "messages:send", scope: "all" },
    ]);
    const nobody = await member();
    expect((await nobody.get("/api/users/me")).body).toMatchObject({
      roles: [],
      permissions: [],
      grants: [],
    });
  });

  test("changes the own name and nothing else", async () => {
    const { member } = await world.tenant();
    const me = await member();
    const renamed = await me.patch("/api/users/me", { full_name: "  Another Name " });
    expect(renamed.body).toMatchObject({ id: me.memberId, full_name: "Another Name" });
    expect((await me.get("/api/users/me")).body).toEqual(renamed.body);
    expect((await me.patch("/api/users/me", { full_name: null })).body.full_name).toBeNull();
    for (const body of [
      { email: "other@users.test" },
      { full_name: "X", roles: [] },
      { full_name: "" },
      { full_name: 7 },
      {},
    ]) {
      expect((await me.patch("/api/users/me", body)).status).toBe(400);
    }
    expect((await me.put("/api/users/me", {})).status).toBe(405);
  });
});

describe("GET /api/users", () => {
  test("pages through all colleagues once, in the order of joining", async () => {
    const { owner, member } = await world.tenant();
    const joined = [owner];
    for (let i = 0; i < 4; i++) joined.push(await member());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${cursor}`;
      const { body, cost } = await owner.get<Page>(`/api/users?limit=2${query}`);
      expect(cost.trips).toBe(1);
      expect(body.total).toBeNull();
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(joined.map(({ memberId }) => memberId));
    const exact = await owner.get<Page>("/api/users?limit=5");
    expect(exact.body.next_cursor).toBeNull();
    expect((await owner.get<Page>("/api/users?limit=1000")).body.data).toHaveLength(5);
    for (const limit of ["0", "-1", "1.5", "many", ""]) {
      expect((await owner.get(`/api/users?limit=${limit}`)).status).toBe(400);
    }
  });

  test("shows colleagues by name, and the rest to those who manage users", async () => {
    const { owner, member } = await world.tenant();
    const manager = await member({ permissions: ["users:manage"] });
    const nobody = await member();
    const { body: plain } = await nobody.get<Page>("/api/users");
    expect(plain.data[0]).toEqual({ id: owner.memberId, full_name: "Founder" });
    const { body: full } = await manager.get<Page>("/api/users");
    expect(full.data[0]).toEqual({
      id: owner.memberId,
      full_name: "Founder",
      email: owner.email,
      status: "active",
      roles: [{ id: expect.any(String), name: "Owner" }],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    const path = `/api/users/${owner.memberId}`;
    expect((await nobody.get(path)).body).toEqual(plain.data[0]);
    expect((await manager.get(path)).body).toEqual(full.data[0]);
  });

  test("takes no cursor but its own", async () => {
    const { owner, member } = await world.tenant();
    await member();
    const cursor = (await owner.get<Page>("/api/users?limit=1")).body.next_cursor ?? "";
    const stranger = (await world.tenant()).owner;
    const [payload, mac] = cursor.split(".");
    const forged = `${Buffer.from('"0"').toString("base64url")}.${mac}`;
    for (const [client, text] of [
      [stranger, cursor],
      [owner, forged],
      [owner, payload],
      [owner, "x"],
      [owner, ""],
    ] as const) {
      const { status, body } = await client.get(`/api/users?cursor=${text}`);
      expect([status, body.code]).toEqual([400, "invalid_cursor"]);
    }
    await world.anonymous.post("/api/auth/revoke", { refresh_token: owner.refreshToken });
    expect((await owner.get("/api/users?cursor=x")).status).toBe(401);
  });

  test("answers 404 for another company's people", async () => {
    const mine = await world.tenant();
    const theirs = await world.tenant();
    const path = `/api/users/${theirs.owner.memberId}`;
    for (const { status } of [
      await mine.owner.get(path),
      await mine.owner.patch(path, { full_name: "Mine" }),
      await mine.owner.put(`${path}/roles`, { role_ids: [] }),
      await mine.owner.delete(path),
      await mine.owner.get("/api/users/nobody"),
    ]) {
      expect(status).toBe(404);
    }
    expect((await theirs.owner.get("/api/users/me")).body.full_name).toBe("Founder");
  });
});

describe("POST /api/users", () => {
  test("invites a colleague, who accepts, logs in and has the roles", async () => {
    const { owner } = await world.tenant();
    const sales = await roleOf(owner, "Sales", ["leads:view"]);
    const email = newEmail();
    const invited = await owner.post<Added>("/api/users", {
      email: ` ${email.toUpperCase()} `,
      full_name: "A Colleague",
      role_ids: [sales, sales],
    });
    expect(invited.status).toBe(201);
    expect(invited.headers.get("location")).toBe(`/api/users/${invited.body.id}`);
    expect(invited.headers.get("cache-control")).toBe("no-store");
    expect(invited.body).toMatchObject({
      email,
      full_name: "A Colleague",
      status: "invited",
      roles: [{ id: sales, name: "Sales" }],
    });
    const { token, expires_at } = invited.body.invitation ?? { token: "", expires_at: "" };
    const days = (Date.parse(expires_at) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
    expect((await owner.get(`/api/users/${invited.body.id}`)).body).not.toHaveProperty("invitation");

    expect((await logIn(world.anonymous, email, PASSWORD)).status).toBe(401);
    const acceptance = { token, password: PASSWORD, full_name: "The Colleague" };
    expect((await world.anonymous.post("/api/auth/invitations/accept", acceptance)).status).toBe(204);
    const { status, body } = await logIn(world.anonymous, email, PASSWORD);
    expect(status).toBe(200);
    const me = await world.client(body.access_token, owner.tenantId).get("/api/users/me");
    expect(me.body).toMatchObject({
      id: invited.body.id,
      full_name: "The Colleague",
      permissions: ["leads:view"],
    });
    expect((await owner.get<User>(`/api/users/${invited.body.id}`)).body.status).toBe("active");
    const again = await world.anonymous.post("/api/auth/invitations/accept", acceptance);
    expect([again.status, again.body.code]).toEqual([404, "not_found"]);
  });

  test("adds one with a password, who logs in at once", async () => {
    const { owner } = await world.tenant({ shard: "02" });
    const email = newEmail();
    const { status, body } = await owner.post<Added>("/api/users", { email, password: PASSWORD });
    expect(status).toBe(201);
    expect(body).toMatchObject({ email, full_name: null, status: "active", roles: [] });
    expect(body).not.toHaveProperty("invitation");
    expect((await logIn(world.anonymous, email, PASSWORD)).status).toBe(200);
  });

  test("refuses an address that a colleague has, however it is written", async () => {
    const { owner, member } = await world.tenant();
    const colleague = await member();
    for (const email of [colleague.email, colleague.email.toUpperCase(), owner.email]) {
      const { status, body } = await owner.post("/api/users", { email });
      expect([status, body.code]).toEqual([409, "email_taken"]);
    }
    const { data } = (await owner.get<Page>("/api/users")).body;
    expect(data).toHaveLength(2);
  });

  test("answers an address with an account elsewhere like a new one, and leaves the account alone", async () => {
    const elsewhere = await world.tenant({ password: PASSWORD });
    const { owner } = await world.tenant();
    const taken = await owner.post<Added>("/api/users", { email: elsewhere.owner.email });
    const fresh = await owner.post<Added>("/api/users", { email: newEmail() });
    const shape = ({ status, body, headers, cost }: typeof taken) => ({
      status,
      headers: [...headers.keys()],
      trips: cost.trips,
      body: { ...body, id: "", email: "", created_at: "", invitation: Object.keys(body.invitation ?? {}) },
    });
    expect(shape(taken)).toEqual(shape(fresh));
    expect(taken.body.invitation?.token).toHaveLength(fresh.body.invitation?.token.length ?? 0);

    const token = taken.body.invitation?.token;
    const theft = { token, password: "stolen horse battery" };
    expect((await world.anonymous.post("/api/auth/invitations/accept", theft)).status).toBe(404);
    expect((await logIn(world.anonymous, elsewhere.owner.email, "stolen horse battery")).status).toBe(401);
    const { body } = await logIn(world.anonymous, elsewhere.owner.email, PASSWORD);
    const me = await world.client(body.access_token, elsewhere.id).get("/api/users/me");
    expect(me.body).toMatchObject({ tenant: { id: elsewhere.id } });
    expect((await elsewhere.owner.get("/api/users/me")).status).toBe(200);
  });

  test("takes users:manage, and roles:manage for roles, of which nobody gives more than they hold", async () => {
    const { owner, member } = await world.tenant();
    const viewer = await roleOf(owner, "Viewer", ["leads:view"]);
    const editor = await roleOf(owner, "Editor", ["leads:edit"]);
    const founder = await founderRole(owner);
    const add = (client: MemberClient, ...role_ids: string[]) =>
      client.post("/api/users", { email: newEmail(), role_ids });
    const nobody = await member({ permissions: ["roles:manage", "leads:view"] });
    expect((await add(nobody)).status).toBe(403);
    const users = await member({ permissions: ["users:manage", "leads:view"] });
    expect((await add(users)).status).toBe(201);
    expect((await add(users, viewer)).status).toBe(403);
    const both = await member({ permissions: ["users:manage", "roles:manage", "leads:view"] });
    expect((await add(both, viewer)).status).toBe(201);
    expect((await add(both, viewer, editor)).status).toBe(403);
    expect((await add(both, founder)).status).toBe(403);
    expect((await add(owner, viewer, editor, founder)).status).toBe(201);
  });

  test("names unknown roles, another company's among them", async () => {
    const { owner } = await world.tenant();
    const mine = await roleOf(owner, "Mine", ["leads:view"]);
    const theirs = await roleOf((await world.tenant()).owner, "Theirs", ["leads:view"]);
    const { status, body } = await owner.post("/api/users", {
      email: newEmail(),
      role_ids: [mine, theirs, "nonsense"],
    });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([
      { path: "role_ids[1]", code: "unknown_role" },
      { path: "role_ids[2]", code: "unknown_role" },
    ]);
  });

  test("under one Idempotency-Key adds one colleague and gives one answer, token included", async () => {
    const { owner } = await world.tenant();
    const options = { headers: { "idempotency-key": "add-them" } };
    const body = { email: newEmail(), full_name: "Once" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => owner.post<Added>("/api/users", body, options)),
    );
    answers.push(await owner.post<Added>("/api/users", body, options));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect((await owner.get<Page>("/api/users")).body.data).toHaveLength(2);
    const other = await owner.post("/api/users", { ...body, full_name: "Twice" }, options);
    expect([other.status, other.body.code]).toEqual([422, "idempotency_key_reused"]);

    const { storage } = world.platform.openTenant("01", owner.tenantId);
    const [stored] = await storage.read([storage.idempotencyKeys.find(owner.memberId, "add-them")]);
    expect(JSON.stringify(stored)).not.toContain(answers[0]?.body.invitation?.token);
    const [sagas] = await world.platform.directory.read([
      { sql: "SELECT id FROM sagas WHERE kind = 'add_member'", params: [], decode: (rows) => rows.length },
    ]);
    expect(sagas).toBe(0);
  });

  test("adds many at once", async () => {
    const { owner } = await world.tenant();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => owner.post("/api/users", { email: newEmail() })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(201));
  });

  test("decides anew when the manager loses the right in between", async () => {
    const { owner, member } = await world.tenant();
    const manager = await member({ permissions: ["users:manage"] });
    manager.beforeCommit(() => owner.put(`/api/users/${manager.memberId}/roles`, { role_ids: [] }));
    expect((await manager.post("/api/users", { email: newEmail() })).status).toBe(403);
    expect((await owner.get<Page>("/api/users")).body.data).toHaveLength(2);
  });
});

describe("POST /api/auth/invitations/accept", () => {
  const invite = async () => {
    const { owner } = await world.tenant();
    const { body } = await owner.post<Added>("/api/users", { email: newEmail() });
    return { owner, user: body, token: body.invitation?.token ?? "" };
  };

  test("belongs to the first of two with the same link", async () => {
    const { user, token } = await invite();
    const passwords = ["first horse battery", "second horse battery", "third horse battery"];
    const answers = await Promise.all(
      passwords.map((password) => world.anonymous.post("/api/auth/invitations/accept", { token, password })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404]);
    for (const [i, { status }] of answers.entries()) {
      const loggedIn = await logIn(world.anonymous, user.email ?? "", passwords[i] ?? "");
      expect(loggedIn.status).toBe(status === 204 ? 200 : 401);
    }
  });

  test("does not work after seven days, for a removed colleague, or with a guess", async () => {
    const { owner, user, token } = await invite();
    const acceptance = { token, password: PASSWORD, fullName: null, address: "192.0.2.1" };
    const inEightDays = later(world.platform, 8 * 86_400);
    await expect(acceptInvitation(inEightDays, acceptance)).rejects.toMatchObject({ code: "not_found" });
    await owner.delete(`/api/users/${user.id}`);
    for (const attempt of [token, "guess"]) {
      const body = { token: attempt, password: PASSWORD };
      expect((await world.anonymous.post("/api/auth/invitations/accept", body)).status).toBe(404);
    }
  });

  test("is throttled for each link", async () => {
    const { anonymous } = makeWorld({ vars: { LOGIN_TRIES_PER_ACCOUNT: "2" } });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const body = { token: "guess again", password: PASSWORD };
      statuses.push((await anonymous.post("/api/auth/invitations/accept", body)).status);
    }
    // Six tries span two minutes at most, which makes four.
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(4);
    expect(statuses).toContain(429);
  });
});

describe("PATCH /api/users/{id}", () => {
  test("renames a colleague for those who manage users", async () => {
    const { owner, member } = await world.tenant();
    const colleague = await member();
    const path = `/api/users/${colleague.memberId}`;
    expect((await colleague.patch(path, { full_name: "Mine" })).status).toBe(403);
    const { body } = await owner.patch<User>(path, { full_name: "Renamed" });
    expect(body).toMatchObject({ id: colleague.memberId, full_name: "Renamed", email: colleague.email });
    expect((await colleague.get("/api/users/me")).body.full_name).toBe("Renamed");
    expect((await owner.patch(path, { email: newEmail() })).status).toBe(400);
  });
});

describe("PUT /api/users/{id}/roles", () => {
  test("is felt on the colleague's next request", async () => {
    const { owner, member } = await world.tenant();
    const colleague = await member();
    const path = `/api/users/${colleague.memberId}/roles`;
    const admin = await roleOf(owner, "Admin", ["roles:manage"]);
    expect((await colleague.get("/api/roles")).status).toBe(403);
    const given = await owner.put<User>(path, { role_ids: [admin] });
    expect(given.body.roles).toEqual([{ id: admin, name: "Admin" }]);
    expect((await colleague.get("/api/roles")).status).toBe(200);
    expect((await owner.put<User>(path, { role_ids: [] })).body.roles).toEqual([]);
    expect((await colleague.get("/api/roles")).status).toBe(403);
  });

  test("gives and takes no more than one holds, and leaves the rest of the roles alone", async () => {
    const { owner, member } = await world.tenant();
    const viewer = await roleOf(owner, "Viewer", ["leads:view"]);
    const editor = await roleOf(owner, "Editor", ["leads:edit"]);
    const manager = await member({ permissions: ["roles:manage", "leads:view"] });
    const colleague = await member();
    const set = (...role_ids: string[]) =>
      manager.put<User>(`/api/users/${colleague.memberId}/roles`, { role_ids });
    expect((await set(editor)).status).toBe(403);
    const given = await set(viewer);
    expect(given.status).toBe(200);
    // Without users:manage one sees names only.
    expect(given.body).toEqual({ id: colleague.memberId, full_name: "Member" });
    await owner.put(`/api/users/${colleague.memberId}/roles`, { role_ids: [viewer, editor] });
    expect((await set()).status).toBe(403);
    expect((await set(editor)).status).toBe(200);
    expect((await set(editor, await founderRole(owner))).status).toBe(403);
    expect((await manager.put(`/api/users/${owner.memberId}/roles`, { role_ids: [] })).status).toBe(403);
    expect((await set("nonsense")).body).toMatchObject({
      errors: [{ path: "role_ids[0]", code: "unknown_role" }],
    });
  });

  test("keeps the founder's role with the last founder who can log in", async () => {
    const { owner, member } = await world.tenant();
    const founder = await founderRole(owner);
    const own = `/api/users/${owner.memberId}/roles`;
    const refused = await owner.put(own, { role_ids: [] });
    expect([refused.status, refused.body.code]).toEqual([409, "invalid_state"]);
    // One who has not accepted yet is no successor.
    await owner.post("/api/users", { email: newEmail(), role_ids: [founder] });
    expect((await owner.put(own, { role_ids: [] })).status).toBe(409);
    const heir = await member();
    await owner.put(`/api/users/${heir.memberId}/roles`, { role_ids: [founder] });
    expect((await owner.put(own, { role_ids: [] })).status).toBe(200);
    expect((await owner.get("/api/roles")).status).toBe(403);
    expect((await heir.get("/api/roles")).status).toBe(200);
  });

  test("leaves one founder when two take the role from each other at the same moment", async () => {
    const { owner, member } = await world.tenant();
    const heir = await member();
    await owner.put(`/api/users/${heir.memberId}/roles`, { role_ids: [await founderRole(owner)] });
    owner.beforeCommit(async () => {
      const { status } = await heir.put(`/api/users/${owner.memberId}/roles`, { role_ids: [] });
      expect(status).toBe(200);
    });
    expect((await owner.put(`/api/users/${heir.memberId}/roles`, { role_ids: [] })).status).toBe(403);
    expect((await heir.get("/api/roles")).status).toBe(200);
  });
});

describe("DELETE /api/users/{id}", () => {
  test("ends the sessions at once and frees the address", async () => {
    const { owner, member } = await world.tenant();
    const colleague = await member({ permissions: ["leads:view"], password: PASSWORD });
    const path = `/api/users/${colleague.memberId}`;
    expect((await owner.delete(path)).status).toBe(204);
    expect((await colleague.get("/api/users/me")).status).toBe(401);
    expect((await logIn(world.anonymous, colleague.email, PASSWORD)).status).toBe(401);
    expect((await owner.get(path)).status).toBe(404);
    expect((await owner.delete(path)).status).toBe(404);
    expect((await owner.get<Page>("/api/users")).body.data).toHaveLength(1);
    const again = await owner.post<Added>("/api/users", { email: colleague.email });
    expect(again.status).toBe(201);
    const acceptance = { token: again.body.invitation?.token, password: PASSWORD };
    expect((await world.anonymous.post("/api/auth/invitations/accept", acceptance)).status).toBe(204);
    expect((await logIn(world.anonymous, colleague.email, PASSWORD)).status).toBe(200);
  });

  test("takes users:manage, and a founder to remove a founder", async () => {
    const { owner, member } = await world.tenant();
    const nobody = await member();
    const manager = await member({ permissions: ["users:manage"] });
    expect((await nobody.delete(`/api/users/${manager.memberId}`)).status).toBe(403);
    expect((await manager.delete(`/api/users/${owner.memberId}`)).status).toBe(403);
    expect((await manager.delete(`/api/users/${nobody.memberId}`)).status).toBe(204);
    expect((await manager.delete(`/api/users/${manager.memberId}`)).status).toBe(204);
    expect((await manager.get("/api/users/me")).status).toBe(401);
  });

  test("keeps the last founder", async () => {
    const { owner, member } = await world.tenant();
    const refused = await owner.delete(`/api/users/${owner.memberId}`, {
      headers: { "accept-language": "en" },
    });
    expect([refused.status, refused.body.code]).toEqual([409, "invalid_state"]);
    expect(refused.body.detail).toContain("founder");
    const heir = await member();
    await owner.put(`/api/users/${heir.memberId}/roles`, { role_ids: [await founderRole(owner)] });
    expect((await owner.delete(`/api/users/${owner.memberId}`)).status).toBe(204);
    expect((await owner.get("/api/users/me")).status).toBe(401);
    expect((await heir.delete(`/api/users/${heir.memberId}`)).status).toBe(409);
  });

  test("leaves one founder when two remove each other at the same moment", async () => {
    const { owner, member } = await world.tenant();
    const heir = await member();
    await owner.put(`/api/users/${heir.memberId}/roles`, { role_ids: [await founderRole(owner)] });
    owner.beforeCommit(async () => {
      expect((await heir.delete(`/api/users/${owner.memberId}`)).status).toBe(204);
    });
    expect((await owner.delete(`/api/users/${heir.memberId}`)).status).toBe(401);
    expect((await heir.get("/api/users/me")).status).toBe(200);
  });
});
