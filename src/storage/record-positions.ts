import { type Read, type Row, readMany, readOne, type Write } from "./database.ts";
import { jsonChunks } from "./json-chunks.ts";

/** A record's place in its type's own order, which goes by position and, where those are equal, by number. */
export interface PlacedRecord {
  readonly id: string;
  readonly type: number;
  readonly number: number;
  readonly version: number;
  readonly position: string;
  readonly ownerId: string | null;
}

/** A record with the next position after its own that any record of the type has; null after the last. */
export type PlacedWithNext = PlacedRecord & { readonly nextPosition: string | null };

const COLUMNS = "r.id, r.type, r.number, r.version, r.position, r.owner_id";

/** Records `r` in the order of the type that the record `a` is of. */
const FROM_ANCHOR = `records a CROSS JOIN records r INDEXED BY records_by_position
  ON r.tenant_id = a.tenant_id AND r.type = a.type AND r.deleted_at IS NULL`;
const ANCHOR = "a.tenant_id = ?1 AND a.id = ?2 AND r.id <> ?3";

const NEXT_POSITION = `(SELECT n.position FROM records n INDEXED BY records_by_position
  WHERE n.tenant_id = r.tenant_id AND n.type = r.type AND n.deleted_at IS NULL AND n.position > r.position
  ORDER BY n.position LIMIT 1)`;

function toPlaced(row: Row): PlacedRecord {
  return {
    id: row.id as string,
    type: row.type as number,
    number: row.number as number,
    version: row.version as number,
    position: row.position as string,
    ownerId: row.owner_id as string | null,
  };
}

export function recordPositionStore(tenantId: string) {
  return {
    /** Those of the records that are not in the trash; whatever type they are of. */
    findAll(ids: readonly string[]): Read<PlacedRecord[]> {
      const sql = `SELECT ${COLUMNS} FROM json_each(?2) wanted
        CROSS JOIN records r ON r.tenant_id = ?1 AND r.id = wanted.value AND r.deleted_at IS NULL`;
      return readMany({ sql, params: [tenantId, JSON.stringify(ids)] }, toPlaced);
    },

    /** The same, with all others that have the position of one of them; each once, in no order. */
    findWithTied(ids: readonly string[]): Read<PlacedWithNext[]> {
      const sql = `SELECT DISTINCT ${COLUMNS}, ${NEXT_POSITION} AS next_position FROM json_each(?2) wanted
        CROSS JOIN records w ON w.tenant_id = ?1 AND w.id = wanted.value AND w.deleted_at IS NULL
        CROSS JOIN records r INDEXED BY records_by_position ON r.tenant_id = ?1 AND r.type = w.type
          AND r.deleted_at IS NULL AND r.position = w.position`;
      return readMany({ sql, params: [tenantId, JSON.stringify(ids)] }, (row) => ({
        ...toPlaced(row),
        nextPosition: row.next_position as string | null,
      }));
    },

    /** The record that comes before the anchor, passing over `exceptId`. */
    findPrevious(anchorId: string, exceptId: string): Read<PlacedRecord | undefined> {
      const sql = `SELECT ${COLUMNS} FROM ${FROM_ANCHOR}
        WHERE ${ANCHOR} AND (r.position, r.number) < (a.position, a.number)
        ORDER BY r.position DESC, r.number DESC LIMIT 1`;
      return readOne({ sql, params: [tenantId, anchorId, exceptId] }, toPlaced);
    },

    /** Records after the anchor that have its very position, passing over `exceptId`. */
    findTied(anchorId: string, exceptId: string): Read<PlacedRecord[]> {
      const sql = `SELECT ${COLUMNS} FROM ${FROM_ANCHOR}
        WHERE ${ANCHOR} AND r.position = a.position AND r.number > a.number ORDER BY r.number`;
      return readMany({ sql, params: [tenantId, anchorId, exceptId] }, toPlaced);
    },

    /** The first position after the anchor's own, passing over `exceptId`. */
    nextPosition(anchorId: string, exceptId: string): Read<string | undefined> {
      const sql = `SELECT r.position FROM ${FROM_ANCHOR}
        WHERE ${ANCHOR} AND r.position > a.position ORDER BY r.position LIMIT 1`;
      return readOne({ sql, params: [tenantId, anchorId, exceptId] }, (row) => row.position as string);
    },

    /** Moves records; each gets its next version, for its position is among what clients are shown. */
    set(moved: readonly { readonly record: PlacedRecord; readonly position: string }[]): Write[] {
      const sql = `INSERT INTO records (tenant_id, type, number, id, version, position, data, folded, created_at,
          updated_at)
        SELECT r.tenant_id, r.type, r.number, r.id, r.version + 1, v.value ->> 2, r.data, r.folded, r.created_at,
          r.updated_at
        FROM json_each(?2) v
        CROSS JOIN records r ON r.tenant_id = ?1 AND r.type = v.value ->> 0 AND r.number = v.value ->> 1
        WHERE true
        ON CONFLICT (tenant_id, type, number) DO UPDATE SET version = excluded.version,
          position = excluded.position`;
      const rows = moved.map(({ record, position }) => [record.type, record.number, position]);
      return jsonChunks(rows).map((chunk) => ({ sql, params: [tenantId, chunk] }));
    },
  };
}
