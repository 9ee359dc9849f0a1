import { and, eq, isNull, ne } from "drizzle-orm";
import { type Read, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { refreshFamilies } from "./tables/directory.ts";

export interface RefreshFamily {
  /** The session's id in the tenant's shard. */
  readonly id: string;
  readonly accountId: string;
  readonly tenantId: string;
  readonly shard: string;
  readonly tokenHash: string;
  readonly previousHash: string | null;
  readonly generation: number;
  readonly rotatedAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

/** Refresh tokens: one family per session, of which only the newest token's hash is good. */
export function refreshFamilyStore() {
  return {
    /** Begins one if the account's password is still the one that was checked; null for an account without. */
    begin(family: {
      id: string;
      accountId: string;
      passwordHash: string | null;
      tokenHash: string;
      createdAt: string;
      expiresAt: string;
    }): Read<{ begun: boolean }> {
      const { id, accountId, tokenHash, createdAt, expiresAt, passwordHash } = family;
      const sql = `INSERT INTO refresh_families (id, account_id, token_hash, generation, rotated_at, expires_at)
        SELECT ?1, id, ?3, 1, ?4, ?5 FROM accounts WHERE id = ?2 AND password_hash IS ?6 RETURNING id`;
      return {
        sql,
        params: [id, accountId, tokenHash, createdAt, expiresAt, passwordHash],
        decode: (rows) => ({ begun: rows.length === 1 }),
      };
    },

    find(id: string): Read<RefreshFamily | undefined> {
      const sql = `SELECT f.*, a.tenant_id, t.shard FROM refresh_families f
        JOIN accounts a ON a.id = f.account_id JOIN tenants t ON t.id = a.tenant_id WHERE f.id = ?`;
      return readOne({ sql, params: [id] }, (row) => ({
        id: row.id as string,
        accountId: row.account_id as string,
        tenantId: row.tenant_id as string,
        shard: row.shard as string,
        tokenHash: row.token_hash as string,
        previousHash: row.previous_hash as string | null,
        generation: row.generation as number,
        rotatedAt: row.rotated_at as string,
        expiresAt: row.expires_at as string,
        revokedAt: row.revoked_at as string | null,
      }));
    },

    /** Compare-and-swap: of many calls with the same current token, exactly one rotates. */
    rotate(id: string, currentHash: string, nextHash: string, at: string): Read<{ rotated: boolean }> {
      const sql = `UPDATE refresh_families
        SET previous_hash = token_hash, token_hash = ?1, generation = generation + 1, rotated_at = ?2
        WHERE id = ?3 AND token_hash = ?4 AND revoked_at IS NULL RETURNING id`;
      return {
        sql,
        params: [nextHash, at, id, currentHash],
        decode: (rows) => ({ rotated: rows.length === 1 }),
      };
    },

    revoke(id: string, at: string): Write {
      return statement(
        query
          .update(refreshFamilies)
          .set({ revoked_at: at })
          .where(and(eq(refreshFamilies.id, id), isNull(refreshFamilies.revoked_at))),
      );
    },

    revokeAllOf(accountId: string, at: string, exceptId: string | null = null): Write {
      return statement(
        query
          .update(refreshFamilies)
          .set({ revoked_at: at })
          .where(
            and(
              eq(refreshFamilies.account_id, accountId),
              isNull(refreshFamilies.revoked_at),
              ne(refreshFamilies.id, exceptId ?? ""),
            ),
          ),
      );
    },

    /** Forgets what expired before the given time, a bounded number at once. */
    deleteExpired(before: string): Read<string[]> {
      const sql = `DELETE FROM refresh_families WHERE id IN
        (SELECT id FROM refresh_families WHERE expires_at < ? LIMIT 500) RETURNING id`;
      return readMany({ sql, params: [before] }, (row) => row.id as string);
    },
  };
}
