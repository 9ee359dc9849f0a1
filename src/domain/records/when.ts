import type { Access } from "../access/access.ts";
import type { TenantContext } from "../context.ts";
import type { When } from "../formulas/calculate.ts";

/** The moment, and the company's time zone: what formulas are calculated with. */
export function when(ctx: TenantContext, access: Access): When {
  return { timeZone: access.tenant.timeZone, now: ctx.clock.now() };
}
