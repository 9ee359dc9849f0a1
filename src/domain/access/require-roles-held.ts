import { AppError } from "../../errors.ts";
import type { Access, AttributeRule, Grant } from "./access.ts";
import { requireHeld, requireRulesKept } from "./require-held.ts";

/**
 * Nobody gives or takes a role that holds more than they do; the founder's role holds everything.
 * @throws AppError `forbidden`.
 */
export function requireRolesHeld(
  access: Access,
  roles: readonly {
    readonly isFounder: boolean;
    readonly grants: readonly Grant[];
    readonly attributeRules: readonly AttributeRule[];
  }[],
): void {
  if (access.isFounder) return;
  if (roles.some(({ isFounder }) => isFounder)) throw new AppError("forbidden");
  requireHeld(
    access,
    roles.flatMap(({ grants }) => grants),
  );
  for (const role of roles) requireRulesKept(access, role);
}
