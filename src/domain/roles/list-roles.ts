import { authorize } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireRole, wireRole } from "./wire-role.ts";

/** All roles of the tenant, by name. @throws AppError `forbidden`. */
export async function listRoles(ctx: TenantContext): Promise<WireRole[]> {
  const { access, loaded } = await enter(ctx, ctx.storage.roles.list(), ctx.storage.entityTypes.list());
  const [roles, types] = loaded;
  authorize(access, "roles", "manage");
  return roles.map((role) => wireRole(role, types));
}
