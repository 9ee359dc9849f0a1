import type { KeyedValue } from "../domain/records/derive.ts";
import type { Write } from "./database.ts";
import { jsonChunks } from "./json-chunks.ts";

/** Entries of the index or unique table that belong to a record. */
interface RecordKeys {
  readonly number: number;
  readonly keys: readonly KeyedValue[];
}

type KeyTable = "record_index" | "record_unique";

/** Writes of index and unique rows, of many records at once. */
export function recordKeyWrites(tenantId: string) {
  const keyWrites = (records: readonly RecordKeys[], sql: string): Write[] => {
    const entries = records.flatMap(({ number, keys }) =>
      keys.map(({ attribute, key }) => [attribute, key, number]),
    );
    return jsonChunks(entries).map((chunk) => ({ sql, params: [tenantId, chunk] }));
  };
  return {
    addKeys: (table: KeyTable, records: readonly RecordKeys[]) =>
      keyWrites(
        records,
        `INSERT INTO ${table} (tenant_id, attribute, key, record)
         SELECT ?1, v.value ->> 0, v.value ->> 1, v.value ->> 2 FROM json_each(?2) v`,
      ),

    removeKeys: (table: KeyTable, records: readonly RecordKeys[]) =>
      keyWrites(
        records,
        `DELETE FROM ${table} WHERE tenant_id = ?1 AND (attribute, key, record) IN
           (SELECT v.value ->> 0, v.value ->> 1, v.value ->> 2 FROM json_each(?2) v)`,
      ),
  };
}
