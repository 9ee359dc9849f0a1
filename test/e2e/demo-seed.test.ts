import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PLANS, type DemoPlan, MANAGER_PERMISSIONS } from "../../scripts/demo/companies.ts";
import { seedCompany } from "../../scripts/demo/seed-company.ts";
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from "../../scripts/demo-accounts.ts";
import { demoCompany } from "../../scripts/demo-data.ts";
import { permissionCatalogueSql } from "../../scripts/permission-catalogue-sql.ts";
import { seedDemo } from "../../scripts/seed-demo.ts";
import { asOperator, type LocalPlatform, openLocalPlatform } from "../../scripts/tooling/local-platform.ts";
import { type LocalState, localState } from "../../scripts/tooling/local-state.ts";
import { root } from "../../scripts/tooling/root.ts";
import { runWrangler } from "../../scripts/tooling/wrangler.ts";
import { openPlatform } from "../../src/compose.ts";
import type { PlatformContext } from "../../src/domain/context.ts";
import { getOwnProfile } from "../../src/domain/members/get-own-profile.ts";
import { logIn } from "../../src/domain/sessions/log-in.ts";
import { registerCompany } from "../../src/domain/tenants/register-company.ts";
import { verifyAccessToken } from "../../src/lib/crypto/access-token.ts";
import { deleteState, makeMigratedState } from "../support/migrated-state.ts";
import { proof } from "../support/proof.ts";

const DATABASES = ["DIRECTORY", "TENANTS_01", "TENANTS_02"] as const;

let state: LocalState;
let local: LocalPlatform | undefined;

beforeAll(async () => {
  state = await makeMigratedState();
});

afterAll(async () => {
  await local?.close();
  deleteState(state);
});

async function open(): Promise<LocalPlatform> {
  local ??= await openLocalPlatform(state);
  return local;
}

async function rows(database: (typeof DATABASES)[number], sql: string, ...params: readonly unknown[]) {
  const { env } = await open();
  const { results } = await env[database]
    .prepare(sql)
    .bind(...params)
    .all();
  return results;
}

/** What a company amounts to, ids and times aside. */
async function describeCompany({ owner, shard }: Pick<DemoPlan, "owner" | "shard">) {
  const [account] = await rows(
    "DIRECTORY",
    `SELECT t.id, t.name, t.shard, t.state FROM accounts a JOIN tenants t ON t.id = a.tenant_id WHERE a.email = ?`,
    owner.email,
  );
  const database = `TENANTS_${shard}` as (typeof DATABASES)[number];
  const { id, ...tenant } = account ?? {};
  const tables = await rows(
    database,
    `SELECT t.name, count(r.id) AS records, count(r.deleted_at) AS deleted
     FROM entity_types t LEFT JOIN records r ON r.tenant_id = t.tenant_id AND r.type = t.number
     WHERE t.tenant_id = ? GROUP BY t.name ORDER BY t.name`,
    id,
  );
  const members = await rows(
    database,
    `SELECT m.email, m.status, r.name AS role FROM members m
     JOIN member_roles mr ON mr.tenant_id = m.tenant_id AND mr.member_id = m.id
     JOIN roles r ON r.tenant_id = mr.tenant_id AND r.id = mr.role_id
     WHERE m.tenant_id = ? ORDER BY m.id`,
    id,
  );
  const sessions = await rows(
    database,
    `SELECT 1 FROM sessions WHERE tenant_id = ? AND revoked_at IS NULL`,
    id,
  );
  return { tenant, tables, members, openSessions: sessions.length };
}

describe("npm run seed:demo", () => {
  it("makes both companies, each on its shard, and leaves them alone the next time", async () => {
    expect(await seedDemo(state)).toEqual(["made", "made"]);

    const before = await Promise.all(DEMO_PLANS.map(describeCompany));
    expect(before).toEqual(
      DEMO_PLANS.map(({ company, shard, owner, manager, managerRole, locale }) => ({
        tenant: { name: company, shard, state: "active" },
        tables: [
          { name: "individuals", records: 220, deleted: 0 },
          { name: "leads", records: 340, deleted: 0 },
          { name: "legal_entities", records: 120, deleted: 0 },
        ],
        members: [
          { email: owner.email, status: "active", role: locale === "ru" ? "Владелец" : "Owner" },
          { email: manager.email, status: "active", role: managerRole },
        ],
        openSessions: 0,
      })),
    );
    expect(new Set(DEMO_PLANS.map(({ shard }) => shard)).size).toBe(2);

    // Somebody deletes a lead: it is not for the seed to bring it back.
    await rows(
      "TENANTS_01",
      "UPDATE records SET deleted_at = 'now' WHERE number = (SELECT max(number) FROM records)",
    );
    expect(await seedDemo(state)).toEqual(["there already", "there already"]);
    const after = await Promise.all(DEMO_PLANS.map(describeCompany));
    const deleted = (company: (typeof after)[number]) => company.tables.map((table) => table.deleted);
    expect(after.map(deleted)).toEqual([expect.arrayContaining([1, 0, 0]), [0, 0, 0]]);
  });

  it("gives owner and manager the demo password, and the manager just these permissions", async () => {
    const { platform } = await open();
    for (const plan of DEMO_PLANS) {
      expect(await permissionsOf(platform, plan.manager.email)).toEqual([...MANAGER_PERMISSIONS].sort());
      expect(await permissionsOf(platform, plan.owner.email)).toContain("leads:delete");
    }
  });

  it("completes what a crash left, wherever it struck", async () => {
    const { env, platform } = await open();
    const all = demoCompany("en");
    const records = {
      leads: all.leads.slice(0, 3),
      individuals: all.individuals.slice(0, 2),
      legal_entities: all.legal_entities.slice(0, 2),
    };
    const planOf = (name: string): DemoPlan => ({
      company: "Crash",
      locale: "en",
      shard: "02",
      owner: { email: `owner@${name}.example`, fullName: "Owner" },
      manager: { email: `manager@${name}.example`, fullName: "Manager" },
      managerRole: "Sales manager",
    });
    const counted = limitWrites(env, Infinity);
    await seedCompany(asOperator(openPlatform(counted.env)), planOf("whole"), records);
    const total = counted.writes();

    // Each costs four password hashes. The full number is more than there are batches.
    const n = proof("a seed that crashed is completed", { full: 24, reduced: 4 }, 0);
    expect(total).toBeGreaterThan(10);
    expect(total).toBeLessThanOrEqual(24);
    for (let i = 0; i < n; i++) {
      const survived = Math.floor((i * total) / n);
      const plan = planOf(`crash-${i}`);
      const dying = asOperator(openPlatform(limitWrites(env, survived).env));
      await expect(seedCompany(dying, plan, records)).rejects.toThrow();

      await seedCompany(platform, plan, records);
      expect(await describeCompany(plan), `after ${survived} of ${total} batches`).toMatchObject({
        tenant: { name: "Crash", shard: "02", state: "active" },
        tables: [{ records: 2 }, { records: 3 }, { records: 2 }],
        members: [
          { email: plan.owner.email, role: "Owner" },
          { email: plan.manager.email, role: "Sales manager" },
        ],
      });
      const { accounts } = platform.directory;
      const [account] = await platform.directory.read([accounts.findByEmail(plan.manager.email)]);
      expect(account?.passwordHash).toMatch(/^\$scrypt\$/);
    }
  });

  it("leaves alone an account of the same address that is somebody's own", async () => {
    const { platform } = await open();
    const [plan] = DEMO_PLANS as [DemoPlan];
    const own = { ...plan, owner: { ...plan.owner, email: "owner@own.example" } };
    await registerCompany(platform, {
      email: own.owner.email,
      password: "their own password",
      fullName: null,
      companyName: "Own",
      registrationToken: null,
      locale: "en",
      address: "test",
      shard: own.shard,
    });
    await expect(seedCompany(platform, own, demoCompany("en"))).rejects.toThrow(/It is left alone/);
    const { tables, members } = await describeCompany(own);
    expect(tables.map(({ records }) => records)).toEqual([0, 0, 0]);
    expect(members).toHaveLength(1);
  });

  it("refuses --remote before it does anything", () => {
    const script = join(root, "scripts/seed-demo.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--remote"], {
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("seed:demo has no --remote");
  });

  it("asks for migrations where there are none", async () => {
    const empty = localState(mkdtempSync(join(tmpdir(), "crm-empty-")));
    await expect(seedDemo(empty)).rejects.toThrow("First: npm run migrate");
    deleteState(empty);
  });
});

describe("what reaches a deployment", () => {
  const secrets = [
    DEMO_PASSWORD,
    ...DEMO_ACCOUNTS.flatMap(({ email, company }) => [email, email.split("@")[1] as string, company]),
  ];
  const mentioned = (text: string) => secrets.filter((secret) => text.includes(secret));

  it("names no demo account: neither the Worker, nor its assets, nor migrations, nor what is seeded", async () => {
    const bundle = mkdtempSync(join(tmpdir(), "crm-bundle-"));
    try {
      await runWrangler(["deploy", "--dry-run", "--outdir", bundle]);
      const worker = readTree(bundle).filter(({ name }) => !name.endsWith(".md"));
      const deployed = [
        ...worker,
        ...readTree(join(root, "dist/assets")),
        ...readTree(join(root, "migrations")),
        { name: "permission catalogue", text: permissionCatalogueSql().join("\n") },
      ];
      expect(worker.some(({ text }) => text.includes("/api/auth/register"))).toBe(true);
      expect(deployed.filter(({ text }) => mentioned(text).length > 0).map(({ name }) => name)).toEqual([]);
    } finally {
      rmSync(bundle, { recursive: true, force: true });
    }
  });

  it("takes nothing from scripts/: the source imports none of it", () => {
    const files = readTree(join(root, "src")).filter(({ name }) => /\.tsx?$/.test(name));
    const imports = files.flatMap(({ name, text }) =>
      [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, path]) => `${name}: ${path}`),
    );
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.filter((line) => /\bscripts\//.test(line))).toEqual([]);
  });
});

async function permissionsOf(platform: PlatformContext, email: string): Promise<string[]> {
  const { accessToken } = await logIn(platform, { email, password: DEMO_PASSWORD, address: "test" });
  const claims = await verifyAccessToken(platform.secretKey, accessToken, new Date());
  if (!claims) throw new Error("no claims");
  const { permissions } = await getOwnProfile({
    ...platform.openTenant(claims.shard, claims.tenantId),
    identity: claims,
  });
  return permissions;
}

/**
 * Bindings whose databases fail for good after so many batches that write: a crash, as the data sees it. One
 * between two reads leaves nothing that a crash before the next write does not.
 */
function limitWrites(env: Env, limit: number): { env: Env; writes(): number } {
  let writes = 0;
  const databases = DATABASES.map((name) => {
    const d1 = env[name];
    const writing = new WeakSet<D1PreparedStatement>();
    const limited = {
      prepare: (sql: string) => ({
        bind(...params: unknown[]) {
          const statement = d1.prepare(sql).bind(...params);
          if (!/^\s*(SELECT|WITH)\b/i.test(sql)) writing.add(statement);
          return statement;
        },
      }),
      async batch(statements: D1PreparedStatement[]) {
        if (statements.some((statement) => writing.has(statement))) writes += 1;
        if (writes > limit) throw new Error("the power is off");
        return d1.batch(statements);
      },
    };
    return [name, limited];
  });
  return { env: { ...env, ...Object.fromEntries(databases) }, writes: () => writes };
}

function readTree(folder: string): { name: string; text: string }[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: path, text: readFileSync(path, "utf8") };
    });
}
