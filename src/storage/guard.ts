import type { SqlValue, Write } from "./database.ts";

export interface Expectation {
  readonly rightsVersion?: number;
  readonly entityType?: { readonly id: string; readonly schemaVersion: number };
  readonly records?: readonly { readonly id: string; readonly version: number }[];
}

/**
 * The first statement of a conditional batch: 1 row read, none written. When the expectation does not hold,
 * the trigger on `guard` aborts the batch with `stale_rights`, `stale_schema` or `stale_record`.
 */
export function guardWrite(tenantId: string, { rightsVersion, entityType, records }: Expectation): Write {
  return {
    sql: `INSERT INTO guard (tenant_id, rights_version, entity_type_id, schema_version, records)
          VALUES (?, ?, ?, ?, ?)`,
    params: [
      tenantId,
      rightsVersion ?? null,
      entityType?.id ?? null,
      entityType?.schemaVersion ?? null,
      records ? JSON.stringify(records.map(({ id, version }) => [id, version])) : null,
    ],
  };
}

/**
 * One more condition of a conditional batch, for what has no version of its own: when it holds by now, the batch
 * aborts with `stale_record` and the verb decides anew. In the condition `?1` is the tenant, `?2` the first of
 * `params`.
 */
export function abortWhen(tenantId: string, condition: string, ...params: SqlValue[]): Write {
  return {
    // No record has an empty id, so expecting one is what the trigger refuses.
    sql: `INSERT INTO guard (tenant_id, records) SELECT ?1, '[["", 0]]' WHERE ${condition}`,
    params: [tenantId, ...params],
  };
}
