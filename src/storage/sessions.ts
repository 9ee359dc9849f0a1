import { and, eq, isNull } from "drizzle-orm";
import { type Read, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { sessions } from "./tables/tenant.ts";

export function sessionStore(tenantId: string) {
  return {
    insert(session: { id: string; memberId: string; createdAt: string; expiresAt: string }): Write {
      return statement(
        query.insert(sessions).values({
          tenant_id: tenantId,
          id: session.id,
          member_id: session.memberId,
          created_at: session.createdAt,
          expires_at: session.expiresAt,
        }),
      );
    },

    /** Whether a member may go on working in the session: it, the member and the tenant must all stand. */
    findLive(sessionId: string, memberId: string): Read<{ tenantState: string } | undefined> {
      const sql = `
        SELECT t.state FROM sessions s
        JOIN tenants t ON t.tenant_id = s.tenant_id
        JOIN members m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
        WHERE s.tenant_id = ? AND s.id = ? AND m.id = ? AND s.revoked_at IS NULL AND m.status = 'active'`;
      return readOne({ sql, params: [tenantId, sessionId, memberId] }, (row) => ({
        tenantState: row.state as string,
      }));
    },

    revoke(id: string, at: string): Write {
      return statement(
        query
          .update(sessions)
          .set({ revoked_at: at })
          .where(and(eq(sessions.tenant_id, tenantId), eq(sessions.id, id), isNull(sessions.revoked_at))),
      );
    },

    revokeAllOf(memberId: string, at: string): Write {
      return statement(
        query
          .update(sessions)
          .set({ revoked_at: at })
          .where(
            and(
              eq(sessions.tenant_id, tenantId),
              eq(sessions.member_id, memberId),
              isNull(sessions.revoked_at),
            ),
          ),
      );
    },
  };
}
