import type { FoundAccess } from "../../storage/access.ts";
import type { Access, Grant } from "./access.ts";
import { grantedScope } from "./authorize.ts";

/** What may be done now: by a session all that its member may, by a key no more than it was made for, besides. */
export function accessOf({ access, key }: FoundAccess): Access {
  if (!key) return access;
  const isFounder = false;
  const roles = access.roles.map((role) => ({ ...role, isFounder }));
  return { ...access, roles, isFounder, grants: key.grants.flatMap((grant) => narrowed(access, grant)) };
}

/** The grant in the narrower of both scopes; nothing where the member has lost it. */
function narrowed(access: Access, grant: Grant): Grant[] {
  const held = grantedScope(access, grant.subject, grant.action);
  if (held === undefined) return [];
  return [{ ...grant, scope: held === "all" ? grant.scope : "own" }];
}
