import type { Issue } from "../../errors.ts";
import type { Grant, Scope } from "./access.ts";
import { findSystemPermission, RECORD_ACTIONS, SYSTEM_PERMISSIONS } from "./catalogue.ts";

/** As much of an entity type as naming its permissions takes. */
export interface NamedType {
  readonly id: string;
  readonly name: string;
}

/** `leads:view` for a grant; undefined when its entity type has been deleted. */
export function permissionName(grant: Grant, types: readonly NamedType[]): string | undefined {
  const name = `${grant.subject}:${grant.action}`;
  if (findSystemPermission(name)) return name;
  const type = types.find(({ id }) => id === grant.subject);
  return type && `${type.name}:${grant.action}`;
}

/** The names and scopes of grants, sorted; those of deleted entity types are left out. */
export function namedGrants(
  grants: readonly Grant[],
  types: readonly NamedType[],
): { name: string; scope: Scope }[] {
  const scopes = new Map<string, Scope>();
  for (const grant of grants) {
    const name = permissionName(grant, types);
    if (name && scopes.get(name) !== "all") scopes.set(name, grant.scope);
  }
  return [...scopes].map(([name, scope]) => ({ name, scope })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Everything there is to grant: what the founder's role amounts to. */
export function everyGrant(types: readonly NamedType[]): Grant[] {
  return [
    ...SYSTEM_PERMISSIONS.map(({ subject, action }) => ({ subject, action, scope: "all" as const })),
    ...types.flatMap(({ id }) =>
      RECORD_ACTIONS.map((action) => ({ subject: id, action, scope: "all" as const })),
    ),
  ];
}

export interface WantedPermission {
  readonly name: string;
  readonly scope: Scope;
}

/** Reads permission names; each unknown one is an issue at its place in the list. */
export function parsePermissions(
  wanted: readonly WantedPermission[],
  types: readonly NamedType[],
): { grants: Grant[]; issues: Issue[] } {
  const grants: Grant[] = [];
  const issues: Issue[] = [];
  for (const [i, { name, scope }] of wanted.entries()) {
    const system = findSystemPermission(name);
    const [typeName, action] = name.split(":");
    const type = types.find((candidate) => candidate.name === typeName);
    if (system) grants.push({ subject: system.subject, action: system.action, scope });
    else if (type && RECORD_ACTIONS.some((known) => known === action)) {
      grants.push({ subject: type.id, action: action as string, scope });
    } else issues.push({ path: `permissions[${i}]`, code: "unknown_permission", params: { value: name } });
  }
  return { grants, issues };
}
