import { and, asc, eq, sql } from "drizzle-orm";
import type { ProviderName } from "../domain/messaging/credentials.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { abortWhen } from "./guard.ts";
import { query } from "./query.ts";
import { senders } from "./tables/tenant.ts";

/** `paused` by a person, `blocked` by its provider; until it is `ok` again nothing is sent through it. */
export type SenderStatus = "ok" | "paused" | "blocked";

export interface SenderRow {
  readonly id: string;
  readonly name: string;
  readonly nameFolded: string;
  readonly provider: ProviderName;
  /** Sealed; null where the Worker's own credentials are used. */
  readonly credentials: string | null;
  readonly ratePerMinute: number;
  readonly status: SenderStatus;
  readonly statusReason: string | null;
  readonly statusDetail: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function toSender(row: Row): SenderRow {
  return {
    id: row.id as string,
    name: row.name as string,
    nameFolded: row.name_folded as string,
    provider: row.provider as ProviderName,
    credentials: row.credentials as string | null,
    ratePerMinute: row.rate_per_minute as number,
    status: row.status as SenderStatus,
    statusReason: row.status_reason as string | null,
    statusDetail: row.status_detail as string | null,
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
  };
}

/** Why a provider will not send for a sender, found out by a call or told by a webhook. */
export interface SenderBlock {
  readonly id: string;
  /** Whether all that share the Worker's own credentials for the provider are meant, too. */
  readonly wholeAccount: boolean;
  readonly reason: string;
  readonly detail: string;
  /** When the provider said so; a sender changed since then is left alone. */
  readonly occurredAt: string;
  readonly at: string;
}

export function senderStore(tenantId: string) {
  const one = (id: string) => and(eq(senders.tenant_id, tenantId), eq(senders.id, id));
  return {
    find(id: string): Read<SenderRow | undefined> {
      return readOne(statement(query.select().from(senders).where(one(id))), toSender);
    },

    list(): Read<SenderRow[]> {
      const all = query
        .select()
        .from(senders)
        .where(eq(senders.tenant_id, tenantId))
        .orderBy(asc(senders.name_folded));
      return readMany(statement(all), toSender);
    },

    insert(sender: SenderRow): Write {
      return statement(
        query.insert(senders).values({
          tenant_id: tenantId,
          id: sender.id,
          name: sender.name,
          name_folded: sender.nameFolded,
          provider: sender.provider,
          credentials: sender.credentials,
          rate_per_minute: sender.ratePerMinute,
          status: sender.status,
          created_at: sender.createdAt,
          updated_at: sender.updatedAt,
        }),
      );
    },

    update(sender: SenderRow): Write {
      return statement(
        query
          .update(senders)
          .set({
            name: sender.name,
            name_folded: sender.nameFolded,
            credentials: sender.credentials,
            rate_per_minute: sender.ratePerMinute,
            status: sender.status,
            status_reason: sender.statusReason,
            status_detail: sender.statusDetail,
            updated_at: sender.updatedAt,
          })
          .where(one(sender.id)),
      );
    },

    block({ id, wholeAccount, reason, detail, occurredAt, at }: SenderBlock): Write {
      return {
        sql: `UPDATE senders
          SET status = 'blocked', status_reason = ?3, status_detail = ?4, updated_at = ?5
          WHERE tenant_id = ?1 AND status = 'ok' AND updated_at <= ?6
            AND (id = ?2 OR (?7 = 1 AND credentials IS NULL AND EXISTS (
              SELECT 1 FROM senders s WHERE s.tenant_id = ?1 AND s.id = ?2
                AND s.provider = senders.provider AND s.credentials IS NULL)))`,
        params: [tenantId, id, reason, detail, at, occurredAt, wholeAccount ? 1 : 0],
      };
    },

    /** Whether deliveries still wait for it. */
    inUse(id: string): Read<boolean> {
      return { sql: `SELECT 1 ${WAITING}`, params: [tenantId, id], decode: (rows) => rows.length > 0 };
    },

    /** Aborts the batch when deliveries have come to wait for it since that was asked. */
    stillUnused(id: string): Write {
      return abortWhen(tenantId, `EXISTS (SELECT 1 ${WAITING})`, id);
    },

    /** Aborts the batch when the sender has been deleted since it was read. */
    stillThere(id: string): Write {
      const there = "EXISTS (SELECT 1 FROM senders WHERE tenant_id = ?1 AND id = ?2)";
      return abortWhen(tenantId, `NOT ${there}`, id);
    },

    /** Takes back the moments promised to deliveries, which must be made due in the same batch. */
    resetPace(id: string, now: string): Write {
      return {
        sql: `UPDATE senders SET next_free_at = min(next_free_at, ${plusInterval("?3", "rate_per_minute")})
          WHERE tenant_id = ?1 AND id = ?2`,
        params: [tenantId, id, now],
      };
    },

    delete(id: string): Write {
      return statement(query.delete(senders).where(one(id)));
    },

    /** Gives up the sender after a call that had it to itself. */
    release(id: string, lease: string): Write {
      return statement(
        query
          .update(senders)
          .set({ busy_lease: sql`NULL`, busy_until: sql`NULL` })
          .where(and(one(id), eq(senders.busy_lease, lease))),
      );
    },
  };
}

/** SQL for a moment plus the interval of a pace, as `timestamp` writes it. */
export function plusInterval(moment: string, ratePerMinute: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', ${moment}, '+' || (60.0 / ${ratePerMinute}) || ' seconds')`;
}

/** ?1 tenant, ?2 sender. */
const WAITING = `FROM deliveries
  WHERE tenant_id = ?1 AND due_at IS NOT NULL AND sender_id = ?2 LIMIT 1`;
