import { and, eq, isNull, ne } from "drizzle-orm";
import { type Read, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { accounts, invitations, passwordResets } from "./tables/directory.ts";
import { findTokenOwner } from "./token-owner.ts";

export interface AccountRow {
  readonly id: string;
  readonly passwordHash: string | null;
  readonly tenantId: string;
  readonly shard: string;
  readonly tenantState: string;
}

/** Accounts and the invitations to them. E-mail addresses are compared in lower case. */
export function accountStore() {
  return {
    findByEmail(email: string): Read<AccountRow | undefined> {
      const sql = `SELECT a.id, a.password_hash, a.tenant_id, t.shard, t.state
        FROM accounts a JOIN tenants t ON t.id = a.tenant_id WHERE a.email = ?`;
      return readOne({ sql, params: [email] }, (row) => ({
        id: row.id as string,
        passwordHash: row.password_hash as string | null,
        tenantId: row.tenant_id as string,
        shard: row.shard as string,
        tenantState: row.state as string,
      }));
    },

    findPasswordHash(id: string): Read<string | null | undefined> {
      const found = query.select({ hash: accounts.password_hash }).from(accounts).where(eq(accounts.id, id));
      return readOne(statement(found), (row) => row.password_hash as string | null);
    },

    insert(account: Parameters<typeof toRow>[0]): Write {
      return statement(query.insert(accounts).values(toRow(account)));
    },

    /** Leaves an existing account with this address as it is, whoever's it is. */
    insertUnlessTaken(account: Parameters<typeof toRow>[0]): Write {
      return statement(query.insert(accounts).values(toRow(account)).onConflictDoNothing());
    },

    /**
     * Frees the address of a new member from the account of one whom the same tenant has removed and whose
     * removal has not ended. The shard allows each address once, so any other account there is such a leftover.
     */
    deleteLeftover(member: { email: string; tenantId: string; memberId: string }): Write {
      return statement(
        query
          .delete(accounts)
          .where(
            and(
              eq(accounts.email, member.email),
              eq(accounts.tenant_id, member.tenantId),
              ne(accounts.id, member.memberId),
            ),
          ),
      );
    },

    /**
     * Replaces the password of whoever proves that they may: by the hash of the one before, or by that of a reset
     * link which has not been used.
     */
    setPassword(
      id: string,
      passwordHash: string,
      proof: { readonly previousHash: string } | { readonly resetHash: string },
    ): Write {
      const [condition, proven] =
        "resetHash" in proof
          ? [
              "EXISTS (SELECT 1 FROM password_resets WHERE token_hash = ?3 AND account_id = ?1)",
              proof.resetHash,
            ]
          : ["password_hash = ?3", proof.previousHash];
      return {
        sql: `UPDATE accounts SET password_hash = ?2 WHERE id = ?1 AND ${condition}`,
        params: [id, passwordHash, proven],
      };
    },

    /** Does nothing when the account has a password. */
    setFirstPassword(id: string, passwordHash: string): Write {
      return statement(
        query
          .update(accounts)
          .set({ password_hash: passwordHash })
          .where(and(eq(accounts.id, id), isNull(accounts.password_hash))),
      );
    },

    delete(id: string): Write[] {
      return [
        statement(query.delete(invitations).where(eq(invitations.account_id, id))),
        statement(query.delete(passwordResets).where(eq(passwordResets.account_id, id))),
        statement(query.delete(accounts).where(eq(accounts.id, id))),
      ];
    },

    /**
     * Takes the place of an invitation that ends earlier. Does nothing when the account has a password, or does not
     * exist (the address was taken).
     */
    putInvitation(invitation: { tokenHash: string; accountId: string; expiresAt: string }): Write {
      return {
        sql: `INSERT INTO invitations (token_hash, account_id, expires_at)
              SELECT ?1, id, ?3 FROM accounts WHERE id = ?2 AND password_hash IS NULL
              ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
              WHERE excluded.expires_at > invitations.expires_at`,
        params: [invitation.tokenHash, invitation.accountId, invitation.expiresAt],
      };
    },

    findInvitation: (tokenHash: string) => findTokenOwner("invitations", tokenHash),

    deleteInvitation(tokenHash: string): Write {
      return statement(query.delete(invitations).where(eq(invitations.token_hash, tokenHash)));
    },
  };
}

function toRow(account: {
  id: string;
  email: string;
  passwordHash: string | null;
  tenantId: string;
  createdAt: string;
}) {
  return {
    id: account.id,
    email: account.email,
    password_hash: account.passwordHash,
    tenant_id: account.tenantId,
    created_at: account.createdAt,
  };
}
