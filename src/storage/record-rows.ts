import type { StoredRecord, StoredValues } from "../domain/records/stored-record.ts";
import type { Row } from "./database.ts";

const COLUMNS = [
  "id",
  "type",
  "number",
  "version",
  "position",
  "title",
  "data",
  "owner_id",
  "created_by",
  "created_at",
  "updated_at",
  "deleted_at",
];

export const RECORD_COLUMNS = COLUMNS.map((column) => `r.${column}`).join(", ");
/** For a row among records that is none. */
export const NO_RECORD = COLUMNS.map((column) => `NULL AS ${column}`).join(", ");

export function toRecord(row: Row): StoredRecord {
  return {
    id: row.id as string,
    type: row.type as number,
    number: row.number as number,
    version: row.version as number,
    position: row.position as string,
    title: row.title as string | null,
    data: JSON.parse(row.data as string) as StoredValues,
    ownerId: row.owner_id as string | null,
    createdBy: row.created_by as string | null,
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
    deletedAt: row.deleted_at as string | null,
  };
}
