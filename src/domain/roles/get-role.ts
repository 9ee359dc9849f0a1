import { notFound } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireRole, wireRole } from "./wire-role.ts";

/** @throws AppError `forbidden`, `not_found`. */
export async function getRole(ctx: TenantContext, { id }: { id: string }): Promise<WireRole> {
  const { storage } = ctx;
  const { access, loaded } = await enter(ctx, storage.roles.find(id), storage.entityTypes.list());
  const [role, types] = loaded;
  authorize(access, "roles", "manage");
  if (!role) throw notFound("role");
  return wireRole(role, types);
}
