import { AppError } from "../../errors.ts";
import type { Access, Grant } from "./access.ts";
import { grantedScope } from "./authorize.ts";

/** Nobody hands out what they do not hold themselves. @throws AppError `forbidden`. */
export function requireHeld(access: Access, grants: readonly Grant[]): void {
  const missing = grants.find(({ subject, action, scope }) => {
    const held = grantedScope(access, subject, action);
    return held === undefined || (held === "own" && scope === "all");
  });
  if (missing) throw new AppError("forbidden", { params: { action: missing.action } });
}
