import type { Attribute, Json } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import { MOST_LINKS } from "../attribute-kinds/relation.ts";
import { type EntityType, valueKey } from "../entity-types/entity-type.ts";
import type { MemberNames, StoredLink, StoredRecord } from "./stored-record.ts";

/** A record as the API shows it: system fields and attribute names side by side, blanks as null. */
export type WireRecord = {
  id: string;
  created_at: string;
  updated_at: string;
  created_by: string | null;
  owner_id: string | null;
  version: number;
  position: string;
  [attribute: string]: Json;
};

/** @param fields which attributes to show; all when not given. System fields are always there. */
export function wireRecord(
  entityType: EntityType,
  record: StoredRecord,
  names: MemberNames,
  fields?: ReadonlySet<string>,
): WireRecord {
  const wire: WireRecord = {
    id: record.id,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    created_by: record.createdBy,
    owner_id: record.ownerId,
    version: record.version,
    position: record.position,
  };
  if (record.deletedAt !== null) wire.deleted_at = record.deletedAt;
  const context = { memberName: (id: string) => names.get(id) ?? undefined };
  for (const attribute of entityType.attributes) {
    if (fields && !fields.has(attribute.name)) continue;
    if (attribute.link) {
      wire[attribute.name] = wireLinks(attribute, record.links?.get(attribute.number) ?? []);
      continue;
    }
    const value = record.data[valueKey(attribute)];
    wire[attribute.name] = value === undefined ? null : kindOf(attribute).toWire(value, attribute, context);
  }
  return wire;
}

function wireLinks({ settings }: Attribute, links: readonly StoredLink[]): Json {
  const shown = links.slice(0, MOST_LINKS).map(({ id, title }) => ({ id, title }));
  return settings.allow_multiple_selection === true ? shown : (shown[0] ?? null);
}
