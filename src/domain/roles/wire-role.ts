import type { RoleRow } from "../../storage/roles.ts";
import type { Scope } from "../access/access.ts";
import { everyGrant, type NamedType, namedGrants } from "../access/permission-names.ts";

/** A role as the API shows it. */
export type WireRole = {
  id: string;
  name: string;
  is_founder: boolean;
  permissions: { name: string; scope: Scope }[];
  created_at: string;
  updated_at: string;
};

export function wireRole(role: RoleRow, types: readonly NamedType[]): WireRole {
  return {
    id: role.id,
    name: role.name,
    is_founder: role.isFounder,
    permissions: namedGrants(role.isFounder ? everyGrant(types) : role.grants, types),
    created_at: role.createdAt,
    updated_at: role.updatedAt,
  };
}
