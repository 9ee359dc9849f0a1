import type { OpenDatabase } from "../tooling/open-databases.ts";

/** What the check reads through: plain SQL, so that it works in this process, through wrangler and in tests. */
export type Source = Pick<OpenDatabase, "binding" | "query">;

/** One thing that is not what the records say. Ids and names only, never what a customer typed. */
export interface Finding {
  readonly database: string;
  /** The table with the wrong row. */
  readonly table: string;
  readonly tenant: string;
  /** Name of the entity type. */
  readonly type?: string;
  /** Id of the record, or its number where there is no such record. */
  readonly record?: string;
  /** Name of the attribute, or its number where there is no such attribute. */
  readonly attribute?: string;
  readonly problem: string;
}

export function describeFinding({
  database,
  table,
  tenant,
  type,
  record,
  attribute,
  problem,
}: Finding): string {
  const where = [
    `${database} ${table}`,
    `tenant ${tenant}`,
    type && `type ${type}`,
    record && `record ${record}`,
    attribute && `attribute ${attribute}`,
  ];
  return `${where.filter((part) => part !== undefined && part !== "").join(", ")}: ${problem}`;
}

/** Rows that were looked at, by table. */
export type Counts = Map<string, number>;

export function count(counts: Counts, table: string, rows: number): void {
  counts.set(table, (counts.get(table) ?? 0) + rows);
}
