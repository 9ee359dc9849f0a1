import { notFound } from "../../errors.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import type { EntityType } from "../entity-types/entity-type.ts";

/** Which attribute, of which entity type; each by id or name. */
export interface AttributeAddress {
  readonly entity: string;
  readonly attribute: string;
}

/** @throws AppError `not_found`. */
export function requireAttribute(entityType: EntityType, nameOrId: string): Attribute {
  const found = entityType.attributes.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (!found) throw notFound("attribute");
  return found;
}
