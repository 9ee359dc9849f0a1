import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import * as drizzleTables from "../../src/storage/tables/tenant.ts";

/** Tenant tables that drizzle cannot express; they come from custom migrations. */
export const CUSTOM_TENANT_TABLES = ["record_index", "record_unique", "record_links"] as const;

/** Views whose rows name a tenant: writing one is a statement about that tenant. */
export const TENANT_VIEWS = ["guard"] as const;

/** The tables of a shard that belong to no tenant, each with the reason. */
export const SHARED_TABLES: Readonly<Record<string, string>> = {
  shard_counters: "numbers that are unique in the whole shard",
  record_search: "rowids begin with the type's number, which is unique in the whole shard",
  record_search_config: "FTS5's own",
  record_search_data: "FTS5's own",
  record_search_docsize: "FTS5's own",
  record_search_idx: "FTS5's own",
};

/** Statements that may look at every tenant at once, by a pattern of their SQL, each with the reason. */
export const SWEEPS: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /^\/\* whole shard \*\//,
    reason: "src/storage/shard.ts: sweeps look for work in a whole shard and answer ids, or delete by age",
  },
];

export const tenantDrizzleTables = Object.values(drizzleTables).filter((value) => is(value, SQLiteTable));

/** Every table of a shard that holds tenants' rows. */
export const tenantTables: readonly string[] = [
  ...tenantDrizzleTables.map((table) => getTableName(table)),
  ...CUSTOM_TENANT_TABLES,
].sort();

export const columnsOf = getTableColumns;

const guarded = new Set<string>([...tenantTables, ...TENANT_VIEWS]);

/** The tenant tables that a statement mentions. */
export function mentionedTenantTables(sql: string): string[] {
  const code = sql.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/--[^\n]*/g, "");
  const words = code.match(/[A-Za-z_]\w*/g) ?? [];
  return [...new Set(words.map((word) => word.toLowerCase()).filter((word) => guarded.has(word)))];
}
