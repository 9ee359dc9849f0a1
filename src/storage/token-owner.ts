import { type Read, readOne } from "./database.ts";

/** Whose account a mailed token opens, where that is, and until when. */
export interface TokenOwner {
  readonly accountId: string;
  readonly email: string;
  readonly tenantId: string;
  readonly shard: string;
  readonly expiresAt: string;
}

/** By the token's hash, among those of one table. */
export function findTokenOwner(
  table: "invitations" | "password_resets",
  tokenHash: string,
): Read<TokenOwner | undefined> {
  const sql = `SELECT k.account_id, k.expires_at, a.email, a.tenant_id, t.shard
    FROM ${table} k JOIN accounts a ON a.id = k.account_id JOIN tenants t ON t.id = a.tenant_id
    WHERE k.token_hash = ?`;
  return readOne({ sql, params: [tokenHash] }, (row) => ({
    accountId: row.account_id as string,
    email: row.email as string,
    tenantId: row.tenant_id as string,
    shard: row.shard as string,
    expiresAt: row.expires_at as string,
  }));
}
