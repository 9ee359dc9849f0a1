import type { IndexKey } from "../attribute-kinds/kind.ts";
import { valueKey } from "../entity-types/entity-type.ts";
import { BLANK_KEY, indexKey } from "../records/derive.ts";
import type { StoredRecord } from "../records/stored-record.ts";
import type { PagePlace, RecordQuery, SystemColumn, ValuePlace } from "./checked-query.ts";

/**
 * Where a record stands in the order of a list. Keys are made from the values anew, not read back: so a number's
 * digits are the ones that the index was given.
 */
export function placeOf({ sort, inTrash }: RecordQuery, record: StoredRecord): PagePlace {
  if (inTrash) return [record.deletedAt ?? BLANK_KEY, record.number];
  return [...sort.map(({ place }) => keyOf(place, record)), record.number];
}

function keyOf(place: ValuePlace, record: StoredRecord): IndexKey {
  if (place.in === "column") return columnOf(place.column, record) ?? BLANK_KEY;
  return indexKey(place.attribute, record.data[valueKey(place.attribute)]);
}

function columnOf(column: SystemColumn, record: StoredRecord): IndexKey | null {
  switch (column) {
    case "number":
      return record.number;
    case "id":
      return record.id;
    case "created_at":
      return record.createdAt;
    case "updated_at":
      return record.updatedAt;
    case "created_by":
      return record.createdBy;
    case "owner_id":
      return record.ownerId;
    case "position":
      return record.position;
  }
}
