import { AppError } from "../../errors.ts";
import type { Access, AttributeRule, Grant } from "./access.ts";
import { keepsRules } from "./attribute-access.ts";
import { grantedScope } from "./authorize.ts";

/** Nobody hands out what they do not hold themselves. @throws AppError `forbidden`. */
export function requireHeld(access: Access, grants: readonly Grant[]): void {
  const missing = grants.find(({ subject, action, scope }) => {
    const held = grantedScope(access, subject, action);
    return held === undefined || (held === "own" && scope === "all");
  });
  if (missing) throw new AppError("forbidden", { params: { action: missing.action } });
}

/** Nor does anybody hand out sight of, or a say in, attributes that are kept from them. @throws AppError `forbidden`. */
export function requireRulesKept(
  access: Access,
  role: { readonly grants: readonly Grant[]; readonly attributeRules: readonly AttributeRule[] },
): void {
  if (!keepsRules(access, role)) throw new AppError("forbidden");
}
