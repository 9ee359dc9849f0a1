import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { makeWorld, type TestTenant } from "../support/world.ts";

const world = makeWorld();

interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly time_zone: string;
}
interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

const nameInDirectory = ({ id }: TestTenant) =>
  env.DIRECTORY.prepare("SELECT name FROM tenants WHERE id = ?").bind(id).first("name");

describe("the company's settings", () => {
  test("are known to every member, and changed with tenant:manage", async () => {
    const tenant = await world.tenant({ name: "Acme", locale: "ru" });
    const clerk = await tenant.member();
    const before = {
      id: tenant.id,
      name: "Acme",
      time_zone: "Europe/Moscow",
      default_country: "RU",
      locale: "ru",
      currency: "RUB",
    };
    const shown = await clerk.get("/api/tenant");
    expect([shown.status, shown.body, shown.cost.trips]).toEqual([200, before, 1]);
    expect((await clerk.patch("/api/tenant", { name: "Mine" })).status).toBe(403);

    const manager = await tenant.member({ permissions: ["tenant:manage"] });
    const change = { name: "Acme KZ", time_zone: "Asia/Almaty", default_country: "KZ", currency: "KZT" };
    const changed = await manager.patch("/api/tenant", change);
    expect([changed.status, changed.body]).toEqual([200, { ...before, ...change }]);
    expect((await manager.patch("/api/tenant", { locale: "en" })).body).toEqual({
      ...before,
      ...change,
      locale: "en",
    });
    expect((await clerk.get("/api/tenant")).body).toEqual({ ...before, ...change, locale: "en" });
    expect((await clerk.get("/api/users/me")).body).toMatchObject({ tenant: { name: "Acme KZ" } });
    expect(await nameInDirectory(tenant)).toBe("Acme KZ");
    const { body } = await tenant.owner.get<{ data: unknown[] }>("/api/audit?subject=tenant");
    expect(body.data).toMatchObject([
      { action: "tenant.update", before: { locale: "ru" }, after: { locale: "en" } },
      { action: "tenant.update", subject: { id: tenant.id, name: "Acme KZ" }, after: change },
    ]);
  });

  test("are checked", async () => {
    const { owner } = await world.tenant();
    const refused: Record<string, [unknown, string][]> = {
      time_zone: [
        ["Europe/Atlantis", "not_a_time_zone"],
        ["+03:00", "not_a_time_zone"],
        ["", "not_a_time_zone"],
      ],
      default_country: [
        ["XX", "not_a_country"],
        ["ru", "not_a_country"],
        ["643", "not_a_country"],
      ],
      currency: [
        ["rub", "not_a_currency"],
        ["ABCD", "not_a_currency"],
      ],
      name: [[" ", "too_short"]],
    };
    for (const [path, values] of Object.entries(refused)) {
      for (const [value, code] of values) {
        const { status, body } = await owner.patch<Problem>("/api/tenant", { [path]: value });
        expect([status, body.errors?.map((issue) => [issue.path, issue.code])], `${path} ${value}`).toEqual([
          400,
          [[path, code]],
        ]);
      }
    }
    expect((await owner.patch("/api/tenant", {})).status).toBe(200);
    expect((await owner.get<Tenant>("/api/tenant")).body.time_zone).toBe("Europe/Moscow");
  });

  test("hold from the next request on: phone numbers, days, and the currency of new fields only", async () => {
    const { owner } = await world.tenant();
    const attribute = (name: string, value_type: string, more = {}) =>
      owner.post<{ currency?: string }>("/api/meta/entity-types/leads/attributes", {
        name,
        display_name: name,
        value_type,
        ...more,
      });
    await attribute("met", "datetime");
    await attribute("price", "currency");
    await attribute("day", "formula", { formula_text: "DAY({met})" });
    const lead = {
      organization_name: "Acme",
      met: "2026-03-01T22:30:00Z",
      contact_number: "8 912 345-67-89",
    };
    const { body } = await owner.post<{ id: string; day: number; contact_number: string }>(
      "/api/data/leads",
      lead,
    );
    expect([body.day, body.contact_number]).toEqual([2, "+79123456789"]);

    const change = { time_zone: "UTC", default_country: "DE", currency: "EUR" };
    expect((await owner.patch("/api/tenant", change)).status).toBe(200);
    const german = { organization_name: "Beta", contact_number: "0151 23456789" };
    expect((await owner.post("/api/data/leads", german)).body).toMatchObject({
      contact_number: "+4915123456789",
    });
    const { body: type } = await owner.get<{ attributes: { name: string; currency?: string }[] }>(
      "/api/meta/entity-types/leads",
    );
    expect(type.attributes.find(({ name }) => name === "price")?.currency).toBe("RUB");
    expect((await attribute("cost", "currency")).body.currency).toBe("EUR");

    // The stored result is made anew by a job.
    await expect
      .poll(async () => (await owner.get<{ day: number }>(`/api/data/leads/${body.id}`)).body.day, {
        timeout: 20_000,
      })
      .toBe(1);
  });

  test("of two renamings at once the later one stays, in the directory, too", async () => {
    const tenant = await world.tenant();
    const names = ["One", "Two", "Three"];
    await Promise.all(names.map((name) => tenant.owner.patch("/api/tenant", { name })));
    const { body } = await tenant.owner.get<Tenant>("/api/tenant");
    expect(names).toContain(body.name);
    expect(await nameInDirectory(tenant)).toBe(body.name);
  });

  test("are one company's", async () => {
    const ours = await world.tenant({ name: "Ours" });
    const theirs = await world.tenant({ name: "Theirs" });
    await ours.owner.patch("/api/tenant", { name: "Still ours", currency: "USD" });
    expect((await theirs.owner.get("/api/tenant")).body).toMatchObject({ name: "Theirs", currency: "RUB" });
  });
});
