import { notFound } from "../../errors.ts";
import type { Access } from "../access/access.ts";
import { grantedScope } from "../access/authorize.ts";
import { RECORD_ACTIONS } from "../access/catalogue.ts";
import type { Attribute, AttributeLink } from "../attribute-kinds/kind.ts";

/** A tenant's table. */
export interface EntityType {
  readonly id: string;
  /** Unique in the shard and never reused; heads the keys of the type's records. */
  readonly number: number;
  readonly name: string;
  readonly displayName: string;
  readonly displayAttributeId: string | null;
  /** Raised by every change of the type, its attributes or their options. */
  readonly schemaVersion: number;
  /** Records that are not in the trash. */
  readonly recordCount: number;
  /** The highest number that a record has been given, in the trash or not. */
  readonly lastRecordNumber: number;
  /** In the order of their positions. */
  readonly attributes: readonly Attribute[];
  /**
   * The other types that its relations lead to, by id, as far as they were read along, which `find` does; those have
   * none themselves.
   */
  readonly related: ReadonlyMap<string, EntityType>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** System fields of every record; no attribute may have one of these names. */
export const RESERVED_ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  "id",
  "created_at",
  "updated_at",
  "created_by",
  "owner_id",
  "version",
  "position",
  "deleted_at",
  "can",
]);

export function requireEntityType(entityType: EntityType | undefined): EntityType {
  if (!entityType) throw notFound("entity_type");
  return entityType;
}

/** Whether the structure of the table may be seen: with `meta:view`, or to use any right on its records. */
export function maySee(access: Access, entityType: { readonly id: string }): boolean {
  return (
    ["view", "manage"].some((action) => grantedScope(access, "meta", action) !== undefined) ||
    RECORD_ACTIONS.some((action) => grantedScope(access, entityType.id, action) !== undefined)
  );
}

export function findAttribute(entityType: EntityType, name: string): Attribute | undefined {
  return entityType.attributes.find((attribute) => attribute.name === name);
}

/** The entity type at the other side of a relation of this one. */
export function otherTypeOf(entityType: EntityType, { otherTypeId }: AttributeLink): EntityType | undefined {
  return otherTypeId === entityType.id ? entityType : entityType.related.get(otherTypeId);
}

/** Whether both were read from one and the same definition, that of the types which they lead to included. */
export function isSameDefinition(a: EntityType, b: EntityType): boolean {
  return (
    a.id === b.id &&
    a.schemaVersion === b.schemaVersion &&
    a.related.size === b.related.size &&
    [...a.related.values()].every(
      ({ id, schemaVersion }) => b.related.get(id)?.schemaVersion === schemaVersion,
    )
  );
}

/** The key of an attribute's value in a record's JSON: safe in a JSON path by construction. */
export function valueKey(attribute: { readonly number: number }): string {
  return `a${attribute.number}`;
}
