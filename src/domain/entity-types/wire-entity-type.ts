import type { Access } from "../access/access.ts";
import { seenBy } from "../access/attribute-access.ts";
import { grantedScope } from "../access/authorize.ts";
import { type WireAttribute, wireAttribute } from "../attributes/wire-attribute.ts";
import type { EntityType } from "./entity-type.ts";

/** An entity type as the API shows it. */
export type WireEntityType = {
  id: string;
  name: string;
  display_name: string;
  /** Name of the attribute that titles a record. */
  display_attribute: string | null;
  attributes: WireAttribute[];
  /** Null for those who may not see all of the records. */
  record_count: number | null;
  created_at: string;
  updated_at: string;
};

/** @param order ids of the attributes in the member's own order; those that it lacks follow in the type's. */
export function wireEntityType(
  access: Access,
  entityType: EntityType,
  order: readonly string[] | undefined,
): WireEntityType {
  const { id, name, displayName, displayAttributeId, createdAt, updatedAt } = entityType;
  const { attributes } = seenBy(access, entityType);
  const maySeeCount =
    grantedScope(access, id, "view") === "all" ||
    ["view", "manage"].some((action) => grantedScope(access, "meta", action) !== undefined);
  const rank = new Map(order?.map((attributeId, i) => [attributeId, i]));
  const rankOf = (attribute: { readonly id: string }) => rank.get(attribute.id) ?? rank.size;
  return {
    id,
    name,
    display_name: displayName,
    display_attribute: attributes.find((attribute) => attribute.id === displayAttributeId)?.name ?? null,
    attributes: attributes
      .toSorted((a, b) => rankOf(a) - rankOf(b))
      .map((attribute) => wireAttribute(access, attribute, attributes)),
    record_count: maySeeCount ? entityType.recordCount : null,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
