import { invalidInput } from "../../errors.ts";
import type { AttributeRule, Grant } from "../access/access.ts";
import { type NamedTable, parseAttributeRules } from "../access/attribute-rules.ts";
import { parsePermissions } from "../access/permission-names.ts";
import type { RoleInput } from "./create-role.ts";

/** What a role is to give and take, from names. @throws AppError `invalid_input` with each name that is unknown. */
export function readRights(
  input: RoleInput,
  tables: readonly NamedTable[],
): { grants: Grant[]; attributeRules: AttributeRule[] } {
  const permissions = parsePermissions(input.permissions, tables);
  const rules = parseAttributeRules(input.attributeRules, tables);
  const issues = [...permissions.issues, ...rules.issues];
  if (issues.length > 0) throw invalidInput(...issues);
  return { grants: permissions.grants, attributeRules: rules.attributeRules };
}
