import type { Attribute, IndexKey, Json } from "../domain/attribute-kinds/kind.ts";
import type { StoredRecord } from "../domain/records/stored-record.ts";
import { patternIn, shownSql } from "./autonumbers.ts";
import { type Read, readMany, type Write } from "./database.ts";
import { abortWhen } from "./guard.ts";
import { jsonChunks } from "./json-chunks.ts";
import { RECORD_COLUMNS, toRecord } from "./record-rows.ts";
import { deleteSearchRows, rebuildSearchOfType } from "./record-search.ts";

/** One attribute's value in one record. */
export interface RecordValue {
  /** The record's number. */
  readonly record: number;
  readonly version: number;
  readonly value: Json | undefined;
}

export interface RecordKey {
  readonly record: number;
  readonly key: IndexKey;
}

const KEY_TABLES = ["record_index", "record_unique", "record_links"] as const;

/** What a change of the schema does to the records that are there already. Types are named by their number. */
export function recordUpkeepStore(tenantId: string) {
  return {
    /** A page of an attribute's values, in the order of the records' numbers; those in the trash are left out. */
    values(type: number, attribute: number, afterRecord: number, limit: number): Read<RecordValue[]> {
      const sql = `SELECT number, version, data -> ?3 AS value FROM records
        WHERE tenant_id = ?1 AND type = ?2 AND number > ?4 AND deleted_at IS NULL ORDER BY number LIMIT ?5`;
      return readMany({ sql, params: [tenantId, type, `$.a${attribute}`, afterRecord, limit] }, (row) => ({
        record: row.number as number,
        version: row.version as number,
        value: row.value === null ? undefined : (JSON.parse(row.value as string) as Json),
      }));
    },

    /** Aborts the batch unless these are, in these versions, all the type's records outside the trash. */
    requireAll(type: number, seen: readonly RecordValue[]): Write {
      const condition = `
        (SELECT count(*) FROM json_each(?3) v CROSS JOIN records r
         WHERE r.tenant_id = ?1 AND r.type = ?2 AND r.number = v.value ->> 0 AND r.version = v.value ->> 1
           AND r.deleted_at IS NULL)
        <> (SELECT count(*) FROM records WHERE tenant_id = ?1 AND type = ?2 AND deleted_at IS NULL)`;
      const versions = JSON.stringify(seen.map(({ record, version }) => [record, version]));
      return abortWhen(tenantId, condition, type, versions);
    },

    /** The values of the newest records of a type that have one, those in the trash left out. */
    newestValues(type: number, attribute: number, beforeRecord: number | undefined, limit: number) {
      const sql = `SELECT id, number, data -> ?3 AS value FROM records
        WHERE tenant_id = ?1 AND type = ?2 AND number < ?4 AND deleted_at IS NULL ORDER BY number DESC LIMIT ?5`;
      const params = [tenantId, type, `$.a${attribute}`, beforeRecord ?? Number.MAX_SAFE_INTEGER, limit];
      return readMany({ sql, params }, (row) => ({
        id: row.id as string,
        record: row.number as number,
        value: row.value === null ? undefined : (JSON.parse(row.value as string) as Json),
      }));
    },

    /** Different values of an attribute, those in the trash included; no more than `limit`. */
    distinctValues(type: number, attribute: number, limit: number): Read<Json[]> {
      const sql = `SELECT DISTINCT data -> ?3 AS value FROM records
        WHERE tenant_id = ?1 AND type = ?2 AND data -> ?3 IS NOT NULL LIMIT ?4`;
      return readMany(
        { sql, params: [tenantId, type, `$.a${attribute}`, limit] },
        (row) => JSON.parse(row.value as string) as Json,
      );
    },

    /** A page of a type's records, those in the trash included, in the order of their numbers. */
    records(entityTypeId: string, afterRecord: number, limit: number): Read<StoredRecord[]> {
      const sql = `SELECT ${RECORD_COLUMNS} FROM entity_types t
        CROSS JOIN records r ON r.tenant_id = t.tenant_id AND r.type = t.number AND r.number > ?3
        WHERE t.tenant_id = ?1 AND t.id = ?2 ORDER BY r.number LIMIT ?4`;
      return readMany({ sql, params: [tenantId, entityTypeId, afterRecord, limit] }, toRecord);
    },

    /** Aborts the batch unless these records are there in these versions, outside the trash. */
    requireSame(type: number, seen: readonly RecordValue[]): Write {
      const condition = `EXISTS (SELECT 1 FROM json_each(?3) v WHERE NOT EXISTS (
        SELECT 1 FROM records r
        WHERE r.tenant_id = ?1 AND r.type = ?2 AND r.number = v.value ->> 0 AND r.version = v.value ->> 1
          AND r.deleted_at IS NULL))`;
      const versions = JSON.stringify(seen.map(({ record, version }) => [record, version]));
      return abortWhen(tenantId, condition, type, versions);
    },

    /** Index rows that may be there already: whoever has written the record since has made them. */
    fillIndexRows: (attribute: number, keys: readonly RecordKey[]) =>
      addKeys("record_index", attribute, keys, "OR IGNORE"),

    fillUniqueRows: (attribute: number, keys: readonly RecordKey[]) =>
      addKeys("record_unique", attribute, keys, "OR IGNORE"),

    addIndexRows: (attribute: number, keys: readonly RecordKey[]) => addKeys("record_index", attribute, keys),

    addUniqueRows: (attribute: number, keys: readonly RecordKey[]) =>
      addKeys("record_unique", attribute, keys),

    /** Index rows of a new attribute, of which no record has a value yet. */
    addBlankRows(attributeId: string, blankKey: IndexKey): Write {
      return {
        sql: `INSERT INTO record_index (tenant_id, attribute, key, record)
          SELECT ?1, a.number, ?3, r.number
          FROM attributes a
          JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
          JOIN records r ON r.tenant_id = t.tenant_id AND r.type = t.number AND r.deleted_at IS NULL
          WHERE a.tenant_id = ?1 AND a.id = ?2`,
        params: [tenantId, attributeId, blankKey],
      };
    },

    dropIndexRows: (attribute: number) => dropKeys("record_index", attribute),

    /** Makes the type's search rows anew from the texts of these attributes. */
    rebuildSearch: (type: number, attributes: readonly number[]) =>
      rebuildSearchOfType(tenantId, type, attributes),

    dropUniqueRows: (attribute: number) => dropKeys("record_unique", attribute),

    /** The numbers of some of a type's records, those in the trash included. */
    someNumbers(type: number, limit: number): Read<number[]> {
      const sql = "SELECT number FROM records WHERE tenant_id = ? AND type = ? ORDER BY number LIMIT ?";
      return readMany({ sql, params: [tenantId, type, limit] }, (row) => row.number as number);
    },

    /** Deletes records for good, with their search rows; their index, unique and link rows go by attribute. */
    remove(type: number, numbers: readonly number[]): Write[] {
      return [
        ...deleteSearchRows(type, numbers),
        {
          sql: `DELETE FROM records WHERE tenant_id = ?1 AND type = ?2
            AND number IN (SELECT value FROM json_each(?3))`,
          params: [tenantId, type, JSON.stringify(numbers)],
        },
      ];
    },

    /** All index, unique and link rows of attributes. */
    dropAllKeys: (attributes: readonly number[]): Write[] =>
      KEY_TABLES.map((table) => ({
        sql: `DELETE FROM ${table}
          WHERE tenant_id = ?1 AND attribute IN (SELECT value FROM json_each(?2))`,
        params: [tenantId, JSON.stringify(attributes)],
      })),

    /** How many index, unique and link rows attributes have; counted no further than `limit` in each table. */
    countKeys(attributes: readonly number[], limit: number): Read<number> {
      const counts = KEY_TABLES.map(
        (table) => `(SELECT count(*) FROM (SELECT 1 FROM json_each(?2) a
          CROSS JOIN ${table} k ON k.tenant_id = ?1 AND k.attribute = a.value LIMIT ?3))`,
      );
      return {
        sql: `SELECT max(${counts.join(", ")}) AS count`,
        params: [tenantId, JSON.stringify(attributes), limit],
        decode: ([row]) => Number(row?.count ?? 0),
      };
    },

    /** Deletes so many of them in each table. */
    dropKeys(attributes: readonly number[], limit: number): Write[] {
      return KEY_TABLES.map((table) => ({
        sql: `DELETE FROM ${table}
          WHERE tenant_id = ?1 AND attribute IN (SELECT value FROM json_each(?2)) LIMIT ?3`,
        params: [tenantId, JSON.stringify(attributes), limit],
      }));
    },

    /**
     * Takes the records' titles from an attribute whose values are shown as they are stored, or from running numbers;
     * null: no titles.
     */
    setTitles(type: number, attribute: Attribute | null): Write {
      const pattern = attribute?.valueType === "autonumber" ? patternIn(attribute) : undefined;
      const title = pattern
        ? shownSql("data ->> ?3", pattern.width, "?4", "?5")
        : attribute
          ? "CAST(data ->> ?3 AS TEXT)"
          : "NULL";
      return {
        sql: `UPDATE records SET title = ${title}
          WHERE tenant_id = ?1 AND type = ?2 AND title IS NOT ${title}`,
        params: [
          tenantId,
          type,
          ...(attribute ? [`$.a${attribute.number}`] : []),
          ...(pattern ? [pattern.prefix, pattern.suffix] : []),
        ],
      };
    },
  };

  function addKeys(table: string, attribute: number, keys: readonly RecordKey[], or = ""): Write[] {
    const sql = `INSERT ${or} INTO ${table} (tenant_id, attribute, key, record)
      SELECT ?1, ?2, v.value ->> 1, v.value ->> 0 FROM json_each(?3) v`;
    const entries = keys.map(({ record, key }) => [record, key]);
    return jsonChunks(entries).map((chunk) => ({ sql, params: [tenantId, attribute, chunk] }));
  }

  function dropKeys(table: string, attribute: number): Write {
    return {
      sql: `DELETE FROM ${table} WHERE tenant_id = ? AND attribute = ?`,
      params: [tenantId, attribute],
    };
  }
}
