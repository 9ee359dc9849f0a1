import type { Access, Scope } from "../access/access.ts";
import { everyGrant, type NamedType, namedGrants } from "../access/permission-names.ts";
import type { TenantContext } from "../context.ts";
import { type WireTenant, wireTenant } from "../tenants/wire-tenant.ts";

/** What one may know about oneself: who one is, where, and what one may do. */
export type WireProfile = {
  id: string;
  email: string;
  full_name: string | null;
  tenant: WireTenant;
  roles: { id: string; name: string }[];
  permissions: string[];
  grants: { name: string; scope: Scope }[];
};

export function wireProfile(ctx: TenantContext, access: Access, types: readonly NamedType[]): WireProfile {
  const { member, tenant, roles } = access;
  const grants = namedGrants(access.isFounder ? everyGrant(types) : access.grants, types);
  return {
    id: member.id,
    email: member.email,
    full_name: member.fullName,
    tenant: wireTenant(ctx, tenant),
    roles: roles.map(({ id, name }) => ({ id, name })),
    permissions: grants.map(({ name }) => name),
    grants,
  };
}
