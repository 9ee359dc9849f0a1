import type { Write } from "./database.ts";

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
