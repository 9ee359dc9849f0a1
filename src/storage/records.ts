import type { Attribute } from "../domain/attribute-kinds/kind.ts";
import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { TakenKey } from "../domain/records/claim-unique.ts";
import type { DerivedRows, KeyedValue } from "../domain/records/derive.ts";
import type { StoredRecord } from "../domain/records/stored-record.ts";
import { isId } from "../lib/ids.ts";
import { autonumberStore, numberedIn, numberingSql } from "./autonumbers.ts";
import { type Read, readMany, readOne, type Write } from "./database.ts";
import { jsonChunks } from "./json-chunks.ts";
import { recordKeyWrites } from "./record-keys.ts";
import { linksSql, toLinkedRecord } from "./record-links.ts";
import { RECORD_COLUMNS } from "./record-rows.ts";
import { deleteSearchRows, insertSearchRows, setSearchRows } from "./record-search.ts";

export interface NewRecord {
  readonly record: Omit<StoredRecord, "type" | "number" | "deletedAt">;
  readonly rows: DerivedRows;
}

/** The entries of one table that a change takes away and adds. */
interface KeyChanges {
  readonly removed: readonly KeyedValue[];
  readonly added: readonly KeyedValue[];
}

export interface RecordUpdate {
  readonly record: StoredRecord;
  readonly rows: DerivedRows;
  readonly index: KeyChanges;
  readonly unique: KeyChanges;
  /** The search row so far; it is rewritten only if it differs. */
  readonly searchBefore: string;
}

/** `?1` tenant, `?2` keys as `[[attribute, key], …]`. */
const UNIQUE_ROWS = `json_each(?2) k CROSS JOIN record_unique u
  ON u.tenant_id = ?1 AND u.attribute = k.value ->> 0 AND u.key = k.value ->> 1`;

function wantedKeys(keys: readonly KeyedValue[]): string {
  return JSON.stringify(keys.map(({ attribute, key }) => [attribute, key]));
}

export function recordStore(tenantId: string) {
  const autonumbers = autonumberStore(tenantId);
  const { addKeys, removeKeys } = recordKeyWrites(tenantId);
  return {
    /**
     * In whatever type and state; whether it fits is the verb's question.
     * @param attributes whose links are wanted, in all these.
     */
    find(id: string, attributes: readonly Attribute[] = []): Read<StoredRecord | undefined> {
      const sql = `SELECT ${RECORD_COLUMNS}${linksSql(attributes)}
        FROM records r WHERE r.tenant_id = ?1 AND r.id = ?2`;
      return readOne({ sql, params: [tenantId, id] }, toLinkedRecord(attributes));
    },

    findAll(ids: readonly string[], attributes: readonly Attribute[] = []): Read<StoredRecord[]> {
      const sql = `SELECT ${RECORD_COLUMNS}${linksSql(attributes)} FROM json_each(?2) wanted
        CROSS JOIN records r ON r.tenant_id = ?1 AND r.id = wanted.value`;
      return readMany({ sql, params: [tenantId, JSON.stringify(ids)] }, toLinkedRecord(attributes));
    },

    /** Position of the first record in the type's own order; undefined while it has none. */
    firstPosition(typeNameOrId: string): Read<string | undefined> {
      const column = isId(typeNameOrId) ? "id" : "name";
      const sql = `SELECT r.position FROM entity_types t
        JOIN records r ON r.tenant_id = t.tenant_id AND r.type = t.number AND r.deleted_at IS NULL
        WHERE t.tenant_id = ? AND t.${column} = ? ORDER BY r.position LIMIT 1`;
      return readOne({ sql, params: [tenantId, typeNameOrId] }, (row) => row.position as string);
    },

    /** Those of the keys that are taken in the unique table, with the numbers of the records that have them. */
    takenKeys(keys: readonly KeyedValue[]): Read<TakenKey[]> {
      const sql = `SELECT u.attribute, u.key, u.record FROM ${UNIQUE_ROWS}`;
      return readMany({ sql, params: [tenantId, wantedKeys(keys)] }, (row) => ({
        attribute: row.attribute as number,
        key: row.key as string | number,
        record: row.record as number,
      }));
    },

    /** The type's records that have one of the unique keys. */
    findByUnique(
      entityTypeNumber: number,
      keys: readonly KeyedValue[],
      attributes: readonly Attribute[] = [],
    ): Read<StoredRecord[]> {
      const sql = `SELECT ${RECORD_COLUMNS}${linksSql(attributes)} FROM ${UNIQUE_ROWS}
        CROSS JOIN records r ON r.tenant_id = ?1 AND r.type = ?3 AND r.number = u.record`;
      return readMany(
        { sql, params: [tenantId, wantedKeys(keys), entityTypeNumber] },
        toLinkedRecord(attributes),
      );
    },

    /**
     * New records with their index and unique rows; each gets the type's next number, and those of its autonumber
     * attributes, in the order given.
     */
    insert(entityType: EntityType, added: readonly NewRecord[]): Write[] {
      const offset = (i: number) => added.length - 1 - i;
      const numbered = new Set(numberedIn(entityType).map(({ attribute }) => attribute.number));
      const numbering = numberingSql(entityType, "(v.value ->> 0)", "?4");
      const records = added.map(({ record, rows }, i) => [
        offset(i),
        record.id,
        record.version,
        record.position,
        record.title,
        JSON.stringify(record.data),
        JSON.stringify(rows.folded),
        record.ownerId,
        record.createdBy,
        record.createdAt,
        record.updatedAt,
      ]);
      const keyed = (pick: (rows: DerivedRows) => readonly KeyedValue[]) =>
        added.flatMap(({ rows }, i) =>
          pick(rows)
            .filter(({ attribute }) => !numbered.has(attribute))
            .map(({ attribute, key }) => [attribute, key, offset(i)]),
        );
      const insertKeys = (table: string, keys: readonly unknown[]): Write[] =>
        keys.length === 0
          ? []
          : [
              {
                sql: `INSERT INTO ${table} (tenant_id, attribute, key, record)
                  SELECT ?1, v.value ->> 0, v.value ->> 1, t.last_record_number - (v.value ->> 2)
                  FROM json_each(?3) v JOIN entity_types t ON t.tenant_id = ?1 AND t.id = ?2`,
                params: [tenantId, entityType.id, JSON.stringify(keys)],
              },
            ];
      return [
        ...autonumbers.take(entityType, added.length),
        {
          sql: `UPDATE entity_types SET last_record_number = last_record_number + ?1,
            record_count = record_count + ?1 WHERE tenant_id = ?2 AND id = ?3`,
          params: [added.length, tenantId, entityType.id],
        },
        {
          sql: `INSERT INTO records (tenant_id, type, number, id, version, position, title, data, folded,
              owner_id, created_by, created_at, updated_at)
            SELECT ?1, t.number, t.last_record_number - (v.value ->> 0), v.value ->> 1, v.value ->> 2,
              v.value ->> 3, ${numbering.title("v.value ->> 4")}, ${numbering.data("v.value ->> 5")},
              ${numbering.folded("v.value ->> 6")}, v.value ->> 7, v.value ->> 8, v.value ->> 9, v.value ->> 10
            FROM json_each(?3) v JOIN entity_types t ON t.tenant_id = ?1 AND t.id = ?2 ${numbering.joins}`,
          params: [tenantId, entityType.id, JSON.stringify(records), ...numbering.params],
        },
        ...insertKeys(
          "record_unique",
          keyed((rows) => rows.unique),
        ),
        ...insertKeys(
          "record_index",
          keyed((rows) => rows.index),
        ),
        ...autonumbers.addKeys(entityType, added.length),
        ...insertSearchRows(
          tenantId,
          entityType,
          added.map(({ rows }, i) => ({ offset: offset(i), body: rows.search })),
          [...numbered],
        ),
      ];
    },

    /** Writes the records' rows, and of their index and unique rows only those that changed. */
    update(entityType: EntityType, updates: readonly RecordUpdate[]): Write[] {
      const rows = updates.map(({ record, rows: { title, folded } }) => [
        record.number,
        record.version,
        title,
        JSON.stringify(record.data),
        JSON.stringify(folded),
        record.ownerId,
        record.updatedAt,
      ]);
      const keys = (pick: (update: RecordUpdate) => readonly KeyedValue[]) =>
        updates.map((update) => ({ number: update.record.number, keys: pick(update) }));
      // UPDATE … FROM would read the whole list for each record of the type; here the list leads to the records.
      const sql = `INSERT INTO records (tenant_id, type, number, id, version, position, title, data, folded,
          owner_id, created_by, created_at, updated_at)
        SELECT r.tenant_id, r.type, r.number, r.id, v.value ->> 1, r.position, v.value ->> 2, v.value ->> 3,
          v.value ->> 4, v.value ->> 5, r.created_by, r.created_at, v.value ->> 6
        FROM json_each(?3) v
        CROSS JOIN records r ON r.tenant_id = ?1 AND r.type = ?2 AND r.number = v.value ->> 0
        WHERE true
        ON CONFLICT (tenant_id, type, number) DO UPDATE SET version = excluded.version, title = excluded.title,
          data = excluded.data, folded = excluded.folded, owner_id = excluded.owner_id,
          updated_at = excluded.updated_at`;
      return [
        ...jsonChunks(rows).map((chunk) => ({ sql, params: [tenantId, entityType.number, chunk] })),
        ...removeKeys(
          "record_unique",
          keys(({ unique }) => unique.removed),
        ),
        ...removeKeys(
          "record_index",
          keys(({ index }) => index.removed),
        ),
        ...addKeys(
          "record_unique",
          keys(({ unique }) => unique.added),
        ),
        ...addKeys(
          "record_index",
          keys(({ index }) => index.added),
        ),
        ...setSearchRows(
          entityType,
          updates
            .filter(({ rows, searchBefore }) => rows.search !== searchBefore)
            .map(({ record, rows }) => ({ number: record.number, body: rows.search })),
        ),
      ];
    },

    /** Into the trash: the rows stay, everything that readers walk over goes. */
    trash(
      entityType: EntityType,
      gone: readonly { readonly record: StoredRecord; readonly rows: DerivedRows }[],
      at: string,
    ): Write[] {
      const of = (pick: (rows: DerivedRows) => readonly KeyedValue[]) =>
        gone.map(({ record, rows }) => ({ number: record.number, keys: pick(rows) }));
      return [
        setDeleted(entityType, gone, at),
        changeCount(entityType, -gone.length),
        ...removeKeys(
          "record_unique",
          of((rows) => rows.unique),
        ),
        ...removeKeys(
          "record_index",
          of((rows) => rows.index),
        ),
        ...deleteSearchRows(
          entityType.number,
          gone.map(({ record }) => record.number),
        ),
      ];
    },

    /** Out of the trash, with everything that readers walk over made anew. */
    restore(
      entityType: EntityType,
      back: readonly { readonly record: StoredRecord; readonly rows: DerivedRows }[],
    ): Write[] {
      const of = (pick: (rows: DerivedRows) => readonly KeyedValue[]) =>
        back.map(({ record, rows }) => ({ number: record.number, keys: pick(rows) }));
      return [
        setDeleted(entityType, back, null),
        changeCount(entityType, back.length),
        ...addKeys(
          "record_unique",
          of((rows) => rows.unique),
        ),
        ...addKeys(
          "record_index",
          of((rows) => rows.index),
        ),
        ...setSearchRows(
          entityType,
          back.map(({ record, rows }) => ({ number: record.number, body: rows.search })),
        ),
      ];
    },
  };

  function setDeleted(
    entityType: EntityType,
    records: readonly { readonly record: StoredRecord }[],
    at: string | null,
  ): Write {
    const numbers = JSON.stringify(records.map(({ record }) => record.number));
    return {
      sql: `UPDATE records SET deleted_at = ?4, version = version + 1
        WHERE tenant_id = ?1 AND type = ?2 AND number IN (SELECT value FROM json_each(?3))`,
      params: [tenantId, entityType.number, numbers, at],
    };
  }

  function changeCount(entityType: EntityType, by: number): Write {
    return {
      sql: "UPDATE entity_types SET record_count = record_count + ? WHERE tenant_id = ? AND id = ?",
      params: [by, tenantId, entityType.id],
    };
  }
}
