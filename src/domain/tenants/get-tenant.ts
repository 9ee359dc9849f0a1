import { authorizeMember } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireTenant, wireTenant } from "./wire-tenant.ts";

/** The settings of the caller's tenant, which every member may know. */
export async function getTenant(ctx: TenantContext): Promise<WireTenant> {
  const { access } = await enter(ctx);
  authorizeMember(access);
  return wireTenant(ctx, access.tenant);
}
