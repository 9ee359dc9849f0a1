import { eq } from "drizzle-orm";
import { type Read, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { passwordResets } from "./tables/directory.ts";
import { findTokenOwner } from "./token-owner.ts";

/** Links for a new password, by the hash of their token. */
export function passwordResetStore() {
  return {
    /** Does nothing when the account got another one after `unlessSince`, so that nobody's mailbox is filled. */
    insert(reset: {
      tokenHash: string;
      accountId: string;
      requestedAt: string;
      expiresAt: string;
      unlessSince: string;
    }): Write {
      return {
        sql: `INSERT INTO password_resets (token_hash, account_id, requested_at, expires_at)
          SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS
            (SELECT 1 FROM password_resets WHERE account_id = ?2 AND requested_at > ?5)
          ON CONFLICT DO NOTHING`,
        params: [reset.tokenHash, reset.accountId, reset.requestedAt, reset.expiresAt, reset.unlessSince],
      };
    },

    find: (tokenHash: string) => findTokenOwner("password_resets", tokenHash),

    deleteAllOf(accountId: string): Write {
      return statement(query.delete(passwordResets).where(eq(passwordResets.account_id, accountId)));
    },

    /** Forgets some of those that expired before the given time; answers how many. */
    deleteExpired(before: string): Read<number> {
      const sql = `DELETE FROM password_resets WHERE token_hash IN
        (SELECT token_hash FROM password_resets WHERE expires_at < ? LIMIT 500) RETURNING 1`;
      return { sql, params: [before], decode: (rows) => rows.length };
    },
  };
}
