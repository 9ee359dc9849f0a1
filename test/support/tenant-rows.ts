import { env } from "cloudflare:workers";
import { tenantTables } from "./tenant-tables.ts";

/** Rows as JSON, by table. */
type Rows = Readonly<Record<string, readonly string[]>>;

/** The directory's rows that belong to a tenant. */
const DIRECTORY_ROWS: Readonly<Record<string, string>> = {
  tenants: "SELECT * FROM tenants WHERE id = ?",
  accounts: "SELECT * FROM accounts WHERE tenant_id = ?",
  invitations: `SELECT i.* FROM invitations i JOIN accounts a ON a.id = i.account_id
    WHERE a.tenant_id = ?`,
  password_resets: `SELECT r.* FROM password_resets r JOIN accounts a ON a.id = r.account_id
    WHERE a.tenant_id = ?`,
  refresh_families: `SELECT f.* FROM refresh_families f JOIN accounts a ON a.id = f.account_id
    WHERE a.tenant_id = ?`,
};

/** Everything that is stored about a tenant, in its shard and in the directory, to compare before and after. */
export async function tenantRows({ id, shard }: { id: string; shard: string }): Promise<Rows> {
  const d1 = (env as unknown as Record<string, D1Database>)[`TENANTS_${shard}`] as D1Database;
  const select = (database: D1Database, sql: string) => database.prepare(sql).bind(id);
  const [shardRows, directoryRows] = await Promise.all([
    d1.batch(tenantTables.map((table) => select(d1, `SELECT * FROM ${table} WHERE tenant_id = ?`))),
    env.DIRECTORY.batch(Object.values(DIRECTORY_ROWS).map((sql) => select(env.DIRECTORY, sql))),
  ]);
  const sorted = (result: D1Result | undefined) =>
    (result?.results ?? []).map((row) => JSON.stringify(row)).sort();
  return Object.fromEntries([
    ...tenantTables.map((table, i) => [table, sorted(shardRows[i])]),
    ...Object.keys(DIRECTORY_ROWS).map((table, i) => [`directory.${table}`, sorted(directoryRows[i])]),
  ]);
}

/** The tables whose rows differ; a hash would say no more than yes or no. */
export function changedTables(before: Rows, after: Rows): string[] {
  return Object.keys(before).filter(
    (table) => JSON.stringify(before[table]) !== JSON.stringify(after[table]),
  );
}
