import { type Issue, invalidInput } from "../../errors.ts";
import { isCurrency } from "../../lib/money.ts";
import { isCountry } from "../../lib/phone-number.ts";
import { isTimeZone } from "../../lib/time-zone.ts";
import type { TenantSettings } from "../access/access.ts";
import { authorize } from "../access/authorize.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import { commit } from "../commit.ts";
import type { PlatformContext } from "../context.ts";
import { enter } from "../enter.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { computeJob } from "../formulas/recompute-later.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { writeVerb } from "../write-verb.ts";
import { type WireTenant, wireTenant } from "./wire-tenant.ts";

/** What is undefined stays. */
export type TenantChange = Partial<TenantSettings>;

/**
 * Changes the tenant's settings, which hold from the next request on. Amounts stay in the currency of their attribute;
 * another time zone gives stored results of formulas another day, so jobs make them anew.
 * @throws AppError `forbidden`, `invalid_input`.
 */
export const updateTenant = writeVerb(
  "update_tenant",
  async (ctx, change: TenantChange, platform: PlatformContext): Promise<WireTenant> => {
    const { storage, shard, tenantId } = ctx;
    const { access, loaded } = await enter(
      ctx,
      change.timeZone === undefined ? storage.nothing : storage.entityTypes.list(),
    );
    const [types = []] = loaded;
    authorize(access, "tenant", "manage");
    const issues = settingIssues(change);
    if (issues.length > 0) throw invalidInput(...issues);

    const { tenant: before } = access;
    const after = { ...before, ...given(change) };
    const dated = after.timeZone === before.timeZone ? [] : types.filter(storesFormulas);
    const jobs = dated.map(({ id }) => computeJob(ctx, access, id, null));
    const result = wireTenant(ctx, after);
    const finish = () =>
      commit(ctx, access, {
        writes: [
          // A formula that came meanwhile was calculated in the time zone before.
          ...dated.map((entityType) => storage.guard({ entityType })),
          storage.tenants.update(after),
          storage.tenants.raiseRightsVersion(),
          ...jobs.map((job) => storage.jobs.insert(job)),
        ],
        audit: {
          action: "tenant.update",
          id: tenantId,
          label: after.name,
          before: wireTenant(ctx, before),
          after: result,
        },
        result,
      });
    await (after.name === before.name
      ? finish()
      : decideInShard(platform, "rename_tenant", { shard, tenantId }, finish));
    for (const { id } of jobs) ctx.gateways.nudgeJob(id);
    return result;
  },
);

function given(change: TenantChange): TenantChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function settingIssues({ timeZone, defaultCountry, currency }: TenantChange): Issue[] {
  const issueUnless = (isGood: (value: string) => boolean, path: string, code: string, value?: string) =>
    value === undefined || isGood(value) ? [] : [{ path, code, params: { value: sampleOf(value) } }];
  return [
    ...issueUnless(isTimeZone, "time_zone", "not_a_time_zone", timeZone),
    ...issueUnless(isCountry, "default_country", "not_a_country", defaultCountry),
    ...issueUnless(isCurrency, "currency", "not_a_currency", currency),
  ];
}

function storesFormulas({ attributes }: EntityType): boolean {
  return attributes.some(
    ({ valueType, settings }) => valueType === "formula" && settings.computed_on_read === false,
  );
}
