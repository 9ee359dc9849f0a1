import { authorizeMember } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireProfile, wireProfile } from "./wire-profile.ts";

/** Needs no permission: even a member without a role can see that they have none. */
export async function getOwnProfile(ctx: TenantContext): Promise<WireProfile> {
  const { access, loaded } = await enter(ctx, ctx.storage.entityTypes.names());
  const [types] = loaded;
  authorizeMember(access);
  return wireProfile(ctx, access, types);
}
