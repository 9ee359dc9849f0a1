import { AppError } from "../../errors.ts";
import type { Access, Grant } from "./access.ts";
import { requireHeld } from "./require-held.ts";

/**
 * Nobody gives or takes a role that holds more than they do; the founder's role holds everything.
 * @throws AppError `forbidden`.
 */
export function requireRolesHeld(
  access: Access,
  roles: readonly { readonly isFounder: boolean; readonly grants: readonly Grant[] }[],
): void {
  if (access.isFounder) return;
  if (roles.some(({ isFounder }) => isFounder)) throw new AppError("forbidden");
  requireHeld(
    access,
    roles.flatMap(({ grants }) => grants),
  );
}
