import { and, eq, isNull, ne } from "drizzle-orm";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { sessions } from "./tables/tenant.ts";

export interface SessionRow {
  readonly id: string;
  readonly memberId: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

const SELECT_LIVE = `SELECT id, member_id, created_at, expires_at, address, user_agent FROM sessions
  WHERE tenant_id = ?1 AND revoked_at IS NULL AND expires_at > ?2`;

/** Nobody looks through more of them. */
const MOST_LISTED = 200;

function toSession(row: Row): SessionRow {
  return {
    id: row.id as string,
    memberId: row.member_id as string,
    createdAt: row.created_at as string,
    expiresAt: row.expires_at as string,
    address: row.address as string | null,
    userAgent: row.user_agent as string | null,
  };
}

export function sessionStore(tenantId: string) {
  return {
    /** Begins one if the member is there and active. */
    begin(session: SessionRow): Read<{ begun: boolean }> {
      const { id, memberId, createdAt, expiresAt, address, userAgent } = session;
      const sql = `
        INSERT INTO sessions (tenant_id, id, member_id, created_at, expires_at, address, user_agent)
        SELECT tenant_id, ?2, id, ?4, ?5, ?6, ?7 FROM members
        WHERE tenant_id = ?1 AND id = ?3 AND status = 'active' RETURNING id`;
      return {
        sql,
        params: [tenantId, id, memberId, createdAt, expiresAt, address, userAgent],
        decode: (rows) => ({ begun: rows.length === 1 }),
      };
    },

    /** One that has neither ended nor expired. */
    find(id: string, now: string): Read<SessionRow | undefined> {
      return readOne({ sql: `${SELECT_LIVE} AND id = ?3`, params: [tenantId, now, id] }, toSession);
    },

    /** A member's sessions that have neither ended nor expired, the newest first. */
    list(memberId: string, now: string): Read<SessionRow[]> {
      const sql = `${SELECT_LIVE} AND member_id = ?3 ORDER BY created_at DESC, id DESC LIMIT ${MOST_LISTED}`;
      return readMany({ sql, params: [tenantId, now, memberId] }, toSession);
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

    revokeAllOf(memberId: string, at: string, exceptId: string | null = null): Write {
      return statement(
        query
          .update(sessions)
          .set({ revoked_at: at })
          .where(
            and(
              eq(sessions.tenant_id, tenantId),
              eq(sessions.member_id, memberId),
              isNull(sessions.revoked_at),
              ne(sessions.id, exceptId ?? ""),
            ),
          ),
      );
    },
  };
}
