import { invalidInput } from "../../errors.ts";
import type { RoleRow } from "../../storage/roles.ts";

/** Those of the tenant's roles that `role_ids` names. @throws AppError `invalid_input` with each unknown id. */
export function pickRoles(roleIds: readonly string[], roles: readonly RoleRow[]): RoleRow[] {
  const issues = roleIds.flatMap((value, i) =>
    roles.some(({ id }) => id === value)
      ? []
      : [{ path: `role_ids[${i}]`, code: "unknown_role", params: { value } }],
  );
  if (issues.length > 0) throw invalidInput(...issues);
  return roles.filter(({ id }) => roleIds.includes(id));
}
