import { type Database, openDatabase, type Read, readMany } from "./database.ts";
import type { D1Meter } from "./meter.ts";

/**
 * Statements on all tenants of a shard begin with this; the test of the tenant wall lets only them pass. They
 * answer ids, never what a tenant wrote, and whatever follows happens in the tenant's own context.
 */
const WHOLE_SHARD = "/* whole shard */";

export interface DueDelivery {
  readonly tenantId: string;
  readonly id: string;
  readonly dueAt: string;
  /** A call that nobody holds any more, rather than something to claim. */
  readonly isLostCall: boolean;
}

export interface DueJob {
  readonly tenantId: string;
  readonly id: string;
}

/** The sweeps' view of a shard. */
export interface ShardStorage extends Database {
  dueDeliveries(due: {
    readonly now: string;
    /** Those that come due until then are answered as well. */
    readonly until: string;
    readonly perTenant: number;
    readonly total: number;
  }): Read<DueDelivery[]>;
  /** Jobs that nobody works on and whose time has come, tenants in turns. */
  dueJobs(due: { readonly now: string; readonly perTenant: number; readonly total: number }): Read<DueJob[]>;
  /** Deletes some of the rows of a table that are older than the given moment; answers how many. */
  deleteOlder(what: keyof typeof AGED, before: string): Read<number>;
}

/** Tables whose rows outlive their use, with the column that tells their age; each has an index over both. */
const AGED = {
  idempotencyKeys: ["idempotency_keys", "created_at"],
  providerEvents: ["provider_events", "received_at"],
  sessions: ["sessions", "expires_at"],
} as const;

/** How many rows one statement deletes. */
const DELETED_AT_ONCE = 1_000;

/**
 * SQL for the tenants that have rows in a table, found by jumps in an index that begins with the tenant: it
 * costs a row or two for each of them, however many rows each has. What hangs on them is joined by CROSS JOIN,
 * which SQLite never turns round: the other way it would read the table from end to end.
 */
function tenantsIn(table: string, condition = "1"): string {
  const next = (after: string) =>
    `(SELECT tenant_id FROM ${table} WHERE ${condition} ${after} ORDER BY tenant_id LIMIT 1)`;
  return `WITH RECURSIVE having_rows(tenant) AS (
    SELECT ${next("")}
    UNION ALL SELECT ${next("AND tenant_id > having_rows.tenant")} FROM having_rows WHERE tenant IS NOT NULL)`;
}

export function openShard(d1: D1Database, meter?: D1Meter): ShardStorage {
  return {
    ...openDatabase(d1, meter),

    /** Tenants take turns: the first of each comes before the second of any. */
    dueDeliveries({ now, until, perTenant, total }) {
      const sql = `${WHOLE_SHARD} ${tenantsIn("deliveries", "due_at IS NOT NULL")}
        SELECT d.tenant_id, d.id, d.due_at, d.status = 'calling' AS is_lost_call,
          row_number() OVER (PARTITION BY d.tenant_id ORDER BY d.due_at) AS turn
        FROM having_rows h
        CROSS JOIN tenants t ON t.tenant_id = h.tenant AND t.state = 'active'
        CROSS JOIN deliveries d ON d.rowid IN (
          SELECT i.rowid FROM deliveries i
          WHERE i.tenant_id = h.tenant AND i.due_at <= ?2 AND (i.lease_until IS NULL OR i.lease_until <= ?1)
          ORDER BY i.due_at LIMIT ?3)
        ORDER BY turn, d.due_at LIMIT ?4`;
      return readMany({ sql, params: [now, until, perTenant, total] }, (row) => ({
        tenantId: row.tenant_id as string,
        id: row.id as string,
        dueAt: row.due_at as string,
        isLostCall: row.is_lost_call === 1,
      }));
    },

    dueJobs({ now, perTenant, total }) {
      const sql = `${WHOLE_SHARD} ${tenantsIn("jobs", "due_at IS NOT NULL")}
        SELECT j.tenant_id, j.id, row_number() OVER (PARTITION BY j.tenant_id ORDER BY j.due_at) AS turn
        FROM having_rows h
        CROSS JOIN tenants t ON t.tenant_id = h.tenant AND t.state = 'active'
        CROSS JOIN jobs j ON j.rowid IN (
          SELECT i.rowid FROM jobs i
          WHERE i.tenant_id = h.tenant AND i.due_at <= ?1 AND (i.lease_until IS NULL OR i.lease_until <= ?1)
          ORDER BY i.due_at LIMIT ?2)
        ORDER BY turn, j.due_at LIMIT ?3`;
      return readMany({ sql, params: [now, perTenant, total] }, (row) => ({
        tenantId: row.tenant_id as string,
        id: row.id as string,
      }));
    },

    deleteOlder(what, before) {
      const [table, column] = AGED[what];
      const sql = `${WHOLE_SHARD} ${tenantsIn(table)}
        DELETE FROM ${table} WHERE rowid IN (
          SELECT a.rowid FROM having_rows h CROSS JOIN ${table} a ON a.rowid IN (
            SELECT i.rowid FROM ${table} i
            WHERE i.tenant_id = h.tenant AND i.${column} < ?1 ORDER BY i.${column} LIMIT ${DELETED_AT_ONCE})
          LIMIT ${DELETED_AT_ONCE})
        RETURNING 1`;
      return { sql, params: [before], decode: (rows) => rows.length };
    },
  };
}
