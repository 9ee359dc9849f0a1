import type { StoredRecord, StoredValues } from "../domain/records/stored-record.ts";
import type { Row } from "./database.ts";

export const RECORD_COLUMNS = `r.id, r.type, r.number, r.version, r.position, r.title, r.data, r.owner_id,
  r.created_by, r.created_at, r.updated_at, r.deleted_at`;

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
