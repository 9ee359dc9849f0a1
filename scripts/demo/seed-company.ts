import { v5 } from "uuid";
import type { PlatformContext, TenantContext } from "../../src/domain/context.ts";
import { addMember } from "../../src/domain/members/add-member.ts";
import { listMembers } from "../../src/domain/members/list-members.ts";
import { describeIssues } from "../../src/domain/problems/describe.ts";
import { bulkCreateRecords } from "../../src/domain/records/bulk-create-records.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { listRoles } from "../../src/domain/roles/list-roles.ts";
import { resumeSagas } from "../../src/domain/sagas/resume-sagas.ts";
import { endSession } from "../../src/domain/sessions/end-session.ts";
import { logIn } from "../../src/domain/sessions/log-in.ts";
import { registerCompany } from "../../src/domain/tenants/register-company.ts";
import { AppError } from "../../src/errors.ts";
import { verifyAccessToken } from "../../src/lib/crypto/access-token.ts";
import { DEMO_PASSWORD } from "../demo-accounts.ts";
import type { DemoCompany } from "../demo-data.ts";
import { type DemoPlan, MANAGER_PERMISSIONS } from "./companies.ts";
import type { Values } from "./locale.ts";

/** Namespace of the ids of demo records, which are made from their place in the generated data. */
const RECORD_IDS = "5b0f6a2e-64d4-5c0e-9d0c-6f2f0a1f7c11";

/** The caller's network address as far as throttling goes. */
const ADDRESS = "seed:demo";

/** By then, whatever a crash left half-done counts as left. */
const SAGA_PATIENCE_MS = 5 * 60_000;

/** The last one is what tells that a company is complete: each table is filled in one batch, or not at all. */
const TABLES = ["legal_entities", "individuals", "leads"] as const;
type Table = (typeof TABLES)[number];

export type SeedOutcome = "made" | "there already";

/**
 * Makes a demo company by the same verbs that the API calls, each step only if it has not been done yet: after a
 * crash another run does the rest. A complete company is left as people made it since, deleted records included.
 */
export async function seedCompany(
  platform: PlatformContext,
  plan: DemoPlan,
  records: DemoCompany,
): Promise<SeedOutcome> {
  const known = await findAccount(platform, plan);
  const tenant = known && platform.openTenant(known.shard, known.tenantId);
  if (tenant && (await isFilled(tenant, plan, "leads", records))) return "there already";

  // Between a registration and its end, say.
  const later = { now: () => new Date(Date.now() + SAGA_PATIENCE_MS) };
  if (known) await resumeSagas({ ...platform, clock: later });
  else await registerOwner(platform, plan);
  await asOwner(platform, plan, async (ctx, ownerId) => {
    const managerId = await ensureManager(ctx, plan, platform);
    for (const table of TABLES) {
      if (await isFilled(ctx, plan, table, records)) continue;
      await fill(ctx, plan, table, records[table], { owner: ownerId, manager: managerId });
    }
  });
  return "made";
}

async function findAccount(platform: PlatformContext, { owner }: DemoPlan) {
  const { directory } = platform;
  const [account] = await directory.read([directory.accounts.findByEmail(owner.email)]);
  return account;
}

async function isFilled(ctx: TenantContext, plan: DemoPlan, table: Table, records: DemoCompany) {
  const ids = records[table].map((_, place) => recordId(plan, table, place));
  // Those in the trash count: somebody has put them there.
  const [found] = await ctx.storage.read([ctx.storage.records.findAll(ids)]);
  return found.length > 0;
}

function recordId({ locale }: DemoPlan, table: Table, place: number): string {
  return v5(`${locale} ${table} ${place}`, RECORD_IDS);
}

async function registerOwner(platform: PlatformContext, plan: DemoPlan): Promise<void> {
  await registerCompany(platform, {
    ...plan.owner,
    password: DEMO_PASSWORD,
    companyName: plan.company,
    registrationToken: null,
    locale: plan.locale,
    address: ADDRESS,
    shard: plan.shard,
  });
}

/** In a session of the owner's, which is over afterwards. */
async function asOwner(
  platform: PlatformContext,
  { owner }: DemoPlan,
  act: (ctx: TenantContext, ownerId: string) => Promise<void>,
): Promise<void> {
  const login = { email: owner.email, password: DEMO_PASSWORD, address: ADDRESS };
  const tokens = await logIn(platform, login).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "invalid_credentials") throw error;
    throw new Error(
      `${owner.email} has an account with another password, and no demo records: somebody's own. ` +
        "It is left alone. `npm run reset` begins with empty databases.",
    );
  });
  try {
    const claims = await verifyAccessToken(platform.secretKey, tokens.accessToken, platform.clock.now());
    if (!claims) throw new Error("The access token just given is not accepted.");
    const { memberId, sessionId } = claims;
    const identity = { memberId, sessionId };
    await act({ ...platform.openTenant(claims.shard, claims.tenantId), identity }, memberId);
  } finally {
    await endSession(platform, tokens.refreshToken);
  }
}

/** Answers the manager's id. */
async function ensureManager(
  ctx: TenantContext,
  { manager, managerRole }: DemoPlan,
  platform: PlatformContext,
): Promise<string> {
  const { data: members } = await listMembers(ctx, { limit: 200, cursor: undefined });
  const known = members.find(({ email }) => email === manager.email);
  if (known) return known.id;
  const permissions = MANAGER_PERMISSIONS.map((name) => ({ name, scope: "all" as const }));
  const role =
    (await listRoles(ctx)).find(({ name }) => name === managerRole) ??
    (await createRole(ctx, { name: managerRole, permissions, attributeRules: [] }));
  const added = await addMember(ctx, { ...manager, password: DEMO_PASSWORD, roleIds: [role.id] }, platform);
  return added.id;
}

/** One batch: all of the table's records or none. */
async function fill(
  ctx: TenantContext,
  plan: DemoPlan,
  table: Table,
  rows: readonly Values[],
  members: Readonly<Record<string, string>>,
): Promise<void> {
  const records = rows.map(({ responsible, ...values }, place) => {
    const memberId = members[String(responsible)];
    const id = recordId(plan, table, place);
    return memberId ? { ...values, id, responsible: memberId, owner_id: memberId } : { ...values, id };
  });
  try {
    await bulkCreateRecords(ctx, { entity: table, records, atomic: true });
  } catch (error) {
    if (!(error instanceof AppError) || error.issues.length === 0) throw error;
    const [first] = describeIssues(error.issues, "en");
    throw new Error(`${plan.company}, ${table}: ${first?.path} ${first?.detail}`, { cause: error });
  }
}
