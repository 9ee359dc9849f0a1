import { AppError } from "../../errors.ts";
import type { Access } from "../access/access.ts";
import { authorize, authorizeMember, grantedScope } from "../access/authorize.ts";
import { type EntityType, maySee, requireEntityType } from "./entity-type.ts";

/**
 * The entity type of a verb that changes it: 404 comes before 403, save for the replay of a call that has
 * deleted the type.
 * @throws AppError `not_found`, `forbidden`.
 */
export function managedType(access: Access, found: EntityType | undefined): EntityType {
  if (!access.replay) requireEntityType(found);
  authorize(access, "meta", "manage");
  return requireEntityType(found);
}

/**
 * The entity type of a verb that is for everyone who may see it.
 * @throws AppError `not_found`, `forbidden`.
 */
export function visibleType(access: Access, found: EntityType | undefined): EntityType {
  authorizeMember(access);
  const entityType = requireEntityType(found);
  if (!maySee(access, entityType)) throw new AppError("forbidden", { params: { action: "view" } });
  return entityType;
}

/**
 * Lets everyone through who may see the structure of some table.
 * @throws AppError `forbidden`.
 */
export function authorizeAnySight(access: Access, types: readonly { readonly id: string }[]): void {
  if (types.some((type) => maySee(access, type)) || grantedScope(access, "meta", "manage")) {
    authorizeMember(access);
  } else authorize(access, "meta", "view");
}
