import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { logIn, refresh } from "../support/log-in.ts";
import { type Answer, makeWorld } from "../support/world.ts";

const PASSWORD = "correct horse battery";

let serial = 0;
const from = (address: string) => ({ headers: { "cf-connecting-ip": address } });
const newEmail = () => `owner-${++serial}@auth.test`;

describe("POST /api/auth/register", () => {
  test("founds a company whose founder logs in and may do everything", async () => {
    const { anonymous, client } = makeWorld();
    const email = newEmail();
    const registration = { email, password: PASSWORD, full_name: "An Owner", company_name: "Acme" };
    const registered = await anonymous.post("/api/auth/register", registration);
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual({
      id: expect.any(String),
      email,
      full_name: "An Owner",
      tenant: { id: expect.any(String), name: "Acme" },
    });
    const { body: tokens, status, headers } = await logIn(anonymous, email.toUpperCase(), PASSWORD);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 1800 });
    const me = await client(tokens.access_token).get("/api/users/me");
    expect(me.body).toMatchObject({ ...registered.body, roles: [{ name: "Owner" }] });
  });

  test("speaks the caller's language to the new company", async () => {
    const { anonymous, client } = makeWorld();
    const registration = { email: newEmail(), password: PASSWORD };
    const headers = { "accept-language": "ru-RU,ru;q=0.9,en;q=0.5" };
    await anonymous.post("/api/auth/register", registration, { headers });
    const { body } = await logIn(anonymous, registration.email, PASSWORD);
    const me = await client(body.access_token).get("/api/users/me");
    expect(me.body).toMatchObject({
      full_name: null,
      roles: [{ name: "Владелец" }],
      tenant: { locale: "ru", name: registration.email },
    });
  });

  test("gives an address to one of many who ask for it at once", async () => {
    const { anonymous } = makeWorld();
    const registration = { email: newEmail(), password: PASSWORD, company_name: "Acme" };
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => {
        const email = i % 2 === 0 ? registration.email : registration.email.toUpperCase();
        return anonymous.post("/api/auth/register", { ...registration, email });
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    for (const { status, body } of answers) if (status === 409) expect(body.code).toBe("email_taken");
  });

  test("takes the registration token where one is configured", async () => {
    const { anonymous } = makeWorld({ vars: { REGISTRATION_TOKEN: "let me in" } });
    const registration = { email: newEmail(), password: PASSWORD };
    for (const registration_token of [undefined, null, "", "let me i"]) {
      const { status, body } = await anonymous.post("/api/auth/register", {
        ...registration,
        registration_token,
      });
      expect([status, body.code]).toEqual([403, "registration_closed"]);
    }
    const right = await anonymous.post("/api/auth/register", {
      ...registration,
      registration_token: "let me in",
    });
    expect(right.status).toBe(201);
  });

  test("names what is wrong with the input", async () => {
    const { anonymous } = makeWorld();
    const { status, body } = await anonymous.post("/api/auth/register", {
      email: "not an address",
      password: "short",
      full_name: "two\nlines",
      tenant: "x",
    });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([
      { path: "email" },
      { path: "password", code: "too_short" },
      { path: "full_name" },
      { path: "tenant", code: "unknown_field" },
    ]);
  });
});

describe("POST /api/auth/token", () => {
  test("answers wrong passwords and unknown people alike", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant({ password: PASSWORD });
    const wrong = await logIn(world.anonymous, owner.email, "wrong horse battery");
    const unknown = await logIn(world.anonymous, newEmail(), "wrong horse battery");
    expect(wrong.status).toBe(401);
    const { request_id: _, ...problem } = wrong.body as unknown as Record<string, unknown>;
    expect(problem.code).toBe("invalid_credentials");
    expect(unknown.status).toBe(401);
    expect(unknown.body).toMatchObject(problem);
    // What it cost would tell them apart, so it is told of neither; the statements are the same.
    for (const { headers } of [wrong, unknown]) expect(headers.has("server-timing")).toBe(false);
    const statements = ({ batches }: Answer) =>
      batches.map((batch) => [batch.database, ...batch.statements.map(({ sql }) => sql)]);
    expect(statements(unknown as Answer<never>)).toEqual(statements(wrong as Answer<never>));
  });

  test("answers 429 with the seconds that are left of the minute", async () => {
    const { anonymous } = makeWorld({ vars: { LOGIN_TRIES_PER_ACCOUNT: "1" } });
    const email = newEmail();
    const left = () => 60 - (Math.floor(Date.now() / 1000) % 60);
    let answer = await logIn(anonymous, email, PASSWORD);
    let [before, after] = [0, 0];
    // A minute may end between two tries: then the next one is the first of its own.
    for (let tries = 0; tries < 3 && answer.status !== 429; tries++) {
      before = left();
      answer = await logIn(anonymous, email, PASSWORD);
      after = left();
    }
    expect(answer.status).toBe(429);
    expect(answer.body).toMatchObject({ code: "too_many_requests" });
    const told = Number(answer.headers.get("retry-after"));
    expect(told).toBeLessThanOrEqual(before);
    expect(told).toBeGreaterThanOrEqual(after);
  });

  test("sheds a flood from one address before it reaches a database", async () => {
    const { anonymous } = makeWorld({ vars: { AUTH_LIMITER: env.AUTH_LIMITER } });
    const flood = () => anonymous.post("/api/auth/token", { nonsense: true }, from("192.0.2.99"));
    let answer = await flood();
    // A period may end in between.
    for (let i = 0; i < 900 && answer.status !== 429; i++) answer = await flood();
    expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([
      429,
      "too_many_requests",
      "60",
    ]);
    expect(answer.batches).toEqual([]);
    const other = await anonymous.post("/api/auth/token", { nonsense: true }, from("192.0.2.100"));
    expect(other.status).toBe(415);
  });

  test("gives fifty parallel refreshes one successor", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => refresh(world.anonymous, owner.refreshToken)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    const [family] = await world.platform.directory.read([
      world.platform.directory.refreshFamilies.find(owner.sessionId),
    ]);
    expect(family?.generation).toBe(2);
    const next = await refresh(world.anonymous, [...successors].join());
    expect(next.status).toBe(200);
    const accessToken = next.body.access_token;
    expect((await world.client(accessToken, owner.tenantId).get("/api/users/me")).status).toBe(200);
  });

  test("refuses what is no refresh token", async () => {
    const { anonymous } = makeWorld();
    for (const token of ["x", "x.y", "x.y.z", "."]) {
      const { status, body } = await refresh(anonymous, token);
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: "invalid_refresh_token" });
    }
  });
});

describe("POST /api/auth/revoke", () => {
  test("ends the session: its access token answers 401 on the next request", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant();
    expect((await owner.get("/api/users/me")).status).toBe(200);
    const revocation = { refresh_token: owner.refreshToken };
    expect((await world.anonymous.post("/api/auth/revoke", revocation)).status).toBe(204);
    const refused = await owner.get("/api/users/me");
    expect([refused.status, refused.body.code]).toEqual([401, "invalid_token"]);
    expect((await refresh(world.anonymous, owner.refreshToken)).status).toBe(401);
    expect((await world.anonymous.post("/api/auth/revoke", revocation)).status).toBe(204);
  });

  test("ends that session only", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant({ password: PASSWORD });
    const { body } = await logIn(world.anonymous, owner.email, PASSWORD);
    await world.anonymous.post("/api/auth/revoke", { refresh_token: body.refresh_token });
    expect((await world.client(body.access_token, owner.tenantId).get("/api/users/me")).status).toBe(401);
    expect((await owner.get("/api/users/me")).status).toBe(200);
  });

  test("does nothing for a token that is none, and says nothing about it", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant();
    for (const refresh_token of ["x", `${owner.sessionId}.guess`]) {
      expect((await world.anonymous.post("/api/auth/revoke", { refresh_token })).status).toBe(204);
    }
    expect((await owner.get("/api/users/me")).status).toBe(200);
  });
});
