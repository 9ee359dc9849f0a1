import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { permissionCatalogueSql } from "../../scripts/permission-catalogue-sql.ts";
import { RECORD_ACTIONS, SYSTEM_PERMISSIONS } from "../../src/domain/access/catalogue.ts";
import { makeWorld } from "../support/world.ts";

interface Permission {
  readonly name: string;
  readonly description: string;
  readonly entity_type?: string;
}

const world = makeWorld();
const run = (statements: readonly string[]) =>
  env.DIRECTORY.batch(statements.map((sql) => env.DIRECTORY.prepare(sql)));

beforeAll(async () => {
  // What an older version knew is gone afterwards, and what it worded otherwise is corrected.
  const subject = SYSTEM_PERMISSIONS[0]?.subject ?? "";
  const outdated = { subject, action: "manage", description: { en: "It's old", ru: "Старое" } };
  await run(permissionCatalogueSql([{ ...outdated, action: "forgotten" }, outdated]));
  await run(permissionCatalogueSql());
  await run(permissionCatalogueSql());
});

describe("GET /api/permissions", () => {
  test("lists the system's permissions and six for each entity type", async () => {
    const { owner } = await world.tenant();
    const headers = { "accept-language": "en" };
    const { status, body, cost } = await owner.get<Permission[]>("/api/permissions", { headers });
    expect(status).toBe(200);
    expect(cost.trips).toBe(2);
    const system = body.filter((permission) => permission.entity_type === undefined);
    expect(system).toEqual(
      SYSTEM_PERMISSIONS.map(({ subject, action, description }) => ({
        name: `${subject}:${action}`,
        description: description.en,
      })),
    );
    const ofLeads = body.filter((permission) => permission.entity_type === "leads");
    expect(ofLeads.map(({ name }) => name)).toEqual(RECORD_ACTIONS.map((action) => `leads:${action}`));
    expect(ofLeads[0]).toEqual({ name: "leads:view", description: "Leads: view", entity_type: "leads" });
    expect(body).toHaveLength(system.length + 3 * 6);
  });

  test("describes them in the caller's language", async () => {
    const { owner } = await world.tenant({ locale: "ru" });
    const headers = { "accept-language": "ru" };
    const { body } = await owner.get<Permission[]>("/api/permissions", { headers });
    const described = new Map(body.map(({ name, description }) => [name, description]));
    expect(described.get("leads:view")).toBe("Лиды: просмотр");
    expect(described.get("users:manage")).toBe(SYSTEM_PERMISSIONS[0]?.description.ru);
  });

  test("names only what a role can be given", async () => {
    const { owner } = await world.tenant();
    const { body } = await owner.get<Permission[]>("/api/permissions");
    const permissions = body.map(({ name }) => name);
    const role = await owner.post<{ permissions: unknown[] }>("/api/roles", { name: "All", permissions });
    expect(role.status).toBe(201);
    expect(role.body.permissions).toHaveLength(permissions.length);
  });

  test("takes roles:manage", async () => {
    const { member } = await world.tenant();
    const other = await member({ permissions: ["users:manage"] });
    expect((await other.get("/api/permissions")).status).toBe(403);
    const manager = await member({ permissions: ["roles:manage"] });
    expect((await manager.get("/api/permissions")).status).toBe(200);
  });
});
