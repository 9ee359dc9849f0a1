import type { FoundAccess } from "../../storage/access.ts";
import type { Access, Grant, HeldRole } from "./access.ts";
import { grantedScope } from "./authorize.ts";

/**
 * What may be done now: by a session all that its member may, by a key no more than it was made for, besides. What
 * roles take away of attributes they take from the key as well.
 */
export function accessOf({ access, key }: FoundAccess): Access {
  if (!key) return access;
  const isFounder = false;
  const roles: HeldRole[] = access.isFounder
    ? access.roles
        .filter((role) => role.isFounder)
        .map((role) => ({ ...role, isFounder, grants: key.grants, attributeRules: [] }))
    : access.roles.map((role) => ({ ...role, grants: key.grants.flatMap((grant) => narrowed(role, grant)) }));
  return { ...access, roles, isFounder, grants: roles.flatMap(({ grants }) => grants) };
}

/** The grant in the narrower of both scopes; nothing where the role does not give it. */
function narrowed({ grants }: HeldRole, grant: Grant): Grant[] {
  const held = grantedScope({ isFounder: false, grants }, grant.subject, grant.action);
  if (held === undefined) return [];
  return [{ ...grant, scope: held === "all" ? grant.scope : "own" }];
}
