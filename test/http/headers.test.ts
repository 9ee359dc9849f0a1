import { describe, expect, it } from "vitest";
import { makeWorld } from "../support/world.ts";

const world = makeWorld({ vars: { CORS_ORIGINS: "https://app.acme.test, https://beta.acme.test" } });
const ALLOWED = "https://app.acme.test";

describe("X-Request-Id", () => {
  it("comes back as it was given when it is a plain word", async () => {
    for (const id of ["abc-123", "0199d3c2:trace.span_1", "x".repeat(128)]) {
      const { headers } = await world.anonymous.get("/healthz", { headers: { "x-request-id": id } });
      expect(headers.get("x-request-id")).toBe(id);
    }
  });

  it("is made anew when there is none, or it is no plain word", async () => {
    const seen = new Set<string | null>();
    for (const id of [undefined, "", "two words", "x".repeat(129), "<script>", "a;b"]) {
      const headers: Record<string, string> = id === undefined ? {} : { "x-request-id": id };
      const answer = await world.anonymous.get("/healthz", { headers });
      const made = answer.headers.get("x-request-id");
      expect(made).toMatch(/^[0-9a-f-]{36}$/);
      seen.add(made);
    }
    expect(seen.size).toBe(6);
  });

  it("stands in problems, too", async () => {
    const { body, headers } = await world.anonymous.get("/nowhere", { headers: { "x-request-id": "mine" } });
    expect(body.request_id).toBe("mine");
    expect(headers.get("x-request-id")).toBe("mine");
  });
});

describe("problems", () => {
  it("are answered for addresses that do not exist", async () => {
    for (const path of ["/nowhere", "/api", "/api/roles/1/2/3", "/api/%00", "/healthz/x", "/.env"]) {
      const { status, headers, body } = await world.anonymous.get(path);
      expect(status, path).toBe(404);
      expect(headers.get("content-type")).toBe("application/problem+json");
      expect(body).toMatchObject({ code: "not_found", status: 404 });
      expect(body.type).toBe("https://crm.test/docs#not_found");
    }
  });

  it.each([
    [undefined, "en"],
    ["ru", "ru"],
    ["ru-RU,ru;q=0.9,en;q=0.8", "ru"],
    ["en-GB,ru;q=0.5", "en"],
    ["en;q=0.1, ru;q=0.2", "ru"],
    ["de", "en"],
    ["*", "en"],
    [";;q=,,", "en"],
  ])("speak the language of Accept-Language: %s → %s", async (accepted, language) => {
    const headers: Record<string, string> = accepted === undefined ? {} : { "accept-language": accepted };
    const { body } = await world.anonymous.get("/nowhere", { headers });
    expect(/[а-я]/i.test(String(body.detail))).toBe(language === "ru");
    expect(/[а-я]/i.test(String(body.title))).toBe(language === "ru");
  });

  it("speak it for each thing that is wrong with the input, under the same codes", async () => {
    const wrong = { email: "no", password: "short", nonsense: 1 };
    const ask = (language: string) =>
      world.anonymous.post<{ errors: { path: string; code: string; detail: string }[] }>(
        "/api/auth/register",
        wrong,
        { headers: { "accept-language": language } },
      );
    const [english, russian] = [await ask("en"), await ask("ru")];
    const plain = ({ path, code }: { path: string; code: string }) => ({ path, code });
    expect(russian.body.errors.map(plain)).toEqual(english.body.errors.map(plain));
    expect(english.body.errors.map(plain)).toEqual([
      { path: "email", code: "invalid_format" },
      { path: "password", code: "too_short" },
      { path: "nonsense", code: "unknown_field" },
    ]);
    for (const { detail } of russian.body.errors) expect(detail).toMatch(/[а-я]/i);
    for (const { detail } of english.body.errors) expect(detail).not.toMatch(/[а-я]/i);
  });
});

describe("CORS", () => {
  const preflight = (origin: string) =>
    world.anonymous.request("OPTIONS", "/api/roles", undefined, {
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, idempotency-key",
      },
    });

  it("lets configured origins in", async () => {
    const { status, headers } = await preflight(ALLOWED);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(ALLOWED);
    expect(headers.get("access-control-allow-methods")).toContain("PATCH");
    for (const name of ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Accept-Language"]) {
      expect(headers.get("access-control-allow-headers")).toContain(name);
    }
    const answer = await world.anonymous.get("/healthz", { headers: { origin: ALLOWED } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(ALLOWED);
    expect(answer.headers.get("vary")).toContain("Origin");
    for (const name of ["ETag", "Location", "Retry-After", "Server-Timing", "X-Request-Id"]) {
      expect(answer.headers.get("access-control-expose-headers")).toContain(name);
    }
  });

  it("tells them of problems, too", async () => {
    const { status, headers } = await world.anonymous.get("/api/roles", { headers: { origin: ALLOWED } });
    expect(status).toBe(401);
    expect(headers.get("access-control-allow-origin")).toBe(ALLOWED);
  });

  it.each(["https://evil.test", "https://app.acme.test.evil.test", "http://app.acme.test", "null", "*"])(
    "keeps %s out",
    async (origin) => {
      expect((await preflight(origin)).headers.has("access-control-allow-origin")).toBe(false);
      const { headers } = await world.anonymous.get("/healthz", { headers: { origin } });
      expect(headers.has("access-control-allow-origin")).toBe(false);
    },
  );

  it("never lets cookies along, and lets nobody in unless configured", async () => {
    expect((await preflight(ALLOWED)).headers.has("access-control-allow-credentials")).toBe(false);
    const closed = makeWorld();
    const { headers } = await closed.anonymous.get("/healthz", { headers: { origin: ALLOWED } });
    expect(headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("every answer", () => {
  it("has headers that keep browsers from mischief", async () => {
    for (const path of ["/healthz", "/nowhere", "/api/roles", "/openapi.json", "/docs"]) {
      const { headers } = await world.anonymous.get(path);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("x-frame-options"), path).toBe("SAMEORIGIN");
      expect(headers.get("referrer-policy"), path).toBe("no-referrer");
      expect(headers.get("strict-transport-security"), path).toMatch(/max-age=\d{8}/);
      expect(headers.has("x-powered-by"), path).toBe(false);
    }
  });

  it("to HEAD is that to GET, without its body", async () => {
    const { status, text, headers } = await world.anonymous.request("HEAD", "/openapi.json");
    expect(status).toBe(200);
    expect(text).toBe("");
    expect(headers.get("content-type")).toContain("application/json");
  });
});

describe("Server-Timing", () => {
  it("tells the D1 round trips that were made, and the rows", async () => {
    const { owner } = await world.tenant();
    for (const answer of [
      await owner.get("/api/roles"),
      await owner.post("/api/roles", { name: "Sales" }),
      await owner.get("/api/data/leads"),
      await owner.post("/api/data/leads", { organization_name: "Acme" }),
      await owner.get("/api/data/leads/nobody"),
    ]) {
      expect(answer.headers.get("server-timing")).toMatch(
        /^d1;desc="trips=\d+ rows_read=\d+ rows_written=\d+";dur=\d+\.\d$/,
      );
      expect(answer.cost.trips).toBe(answer.batches.length);
      expect(answer.cost.rowsRead).toBeGreaterThan(0);
    }
  });

  it("says that reading wrote nothing, and that refusing did not either", async () => {
    const { owner, member } = await world.tenant();
    const nobody = await member();
    expect((await owner.get("/api/data/leads")).cost.rowsWritten).toBe(0);
    const refused = await nobody.post("/api/data/leads", { organization_name: "Acme" });
    expect(refused.status).toBe(403);
    expect(refused.cost).toMatchObject({ trips: 1, rowsWritten: 0 });
  });

  it("is absent where no database was asked", async () => {
    expect((await world.anonymous.get("/healthz")).headers.has("server-timing")).toBe(false);
    expect((await world.anonymous.get("/api/roles")).headers.has("server-timing")).toBe(false);
  });
});
