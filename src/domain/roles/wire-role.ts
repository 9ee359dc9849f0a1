import type { RoleRow } from "../../storage/roles.ts";
import type { Scope } from "../access/access.ts";
import { type NamedTable, namedRules, type WireAttributeRule } from "../access/attribute-rules.ts";
import { everyGrant, namedGrants } from "../access/permission-names.ts";

/** A role as the API shows it. */
export type WireRole = {
  id: string;
  name: string;
  is_founder: boolean;
  permissions: { name: string; scope: Scope }[];
  attribute_rules: WireAttributeRule[];
  created_at: string;
  updated_at: string;
};

export function wireRole(role: RoleRow, types: readonly NamedTable[]): WireRole {
  return {
    id: role.id,
    name: role.name,
    is_founder: role.isFounder,
    permissions: namedGrants(role.isFounder ? everyGrant(types) : role.grants, types),
    attribute_rules: namedRules(role.attributeRules, types),
    created_at: role.createdAt,
    updated_at: role.updatedAt,
  };
}
