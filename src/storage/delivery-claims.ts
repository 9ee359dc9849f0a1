import type { Decision } from "../domain/messaging/decide.ts";
import type { DeliveryStatus, ReportedStatus } from "../domain/messaging/delivery-status.ts";
import { type Read, readOne, type Write } from "./database.ts";
import { PARKED } from "./deliveries.ts";
import { plusInterval, type SenderRow, toSender } from "./senders.ts";

/** Writes, and the read in the same batch that says what became of them. */
export interface Step<Outcome> {
  readonly writes: readonly Write[];
  readonly outcome: Read<Outcome>;
}

export interface Claim {
  /** `taken`: the caller holds the delivery now. `put_off`: not before its sender is free, at `dueAt`. */
  readonly result: "taken" | "put_off" | "refused";
  readonly dueAt: string | null;
  readonly address: string;
  readonly body: string;
  readonly sender: SenderRow;
}

/** ?1 tenant, ?2 delivery, ?3 now: nobody works on it, and its time has come. */
const OPEN = `deliveries.tenant_id = ?1 AND deliveries.id = ?2 AND deliveries.status = 'queued'
  AND due_at <= ?3 AND (lease_until IS NULL OR lease_until <= ?3)`;

/** The delivery's sender as `s`: it may send, and the tenant is not suspended. */
const SENDER_OK = `s.tenant_id = ?1 AND s.id = deliveries.sender_id AND s.status = 'ok'
  AND EXISTS (SELECT 1 FROM tenants t WHERE t.tenant_id = ?1 AND t.state = 'active')`;

/**
 * The statements of the send path. Each is fenced: by the state and time that allow a claim, and from then on
 * by the claim's own random lease, so that a caller who comes too late, or twice, changes nothing.
 */
export function deliveryClaimStore(tenantId: string) {
  return {
    /**
     * Takes a delivery for as long as the lease holds. Of many callers one gets it.
     *
     * The sender's pace: it may call once an interval. A delivery that finds it ahead of its pace, or busy
     * with a call that it must make alone, is promised the next free moment (`slot_at`) and put off until
     * then. A promise not used in time lapses, so that a backlog does not become a burst. A delivery whose
     * sender cannot send is parked.
     */
    claim(claim: {
      readonly id: string;
      readonly lease: string;
      readonly now: string;
      readonly until: string;
      /** The soonest that a delivery is put off to. */
      readonly later: string;
      /** Promises of moments before this have lapsed. */
      readonly lapsed: string;
      readonly exclusiveProviders: readonly string[];
    }): Step<Claim | undefined> {
      const { id, lease, now, until, later, lapsed, exclusiveProviders } = claim;
      const exclusive = JSON.stringify(exclusiveProviders);
      const isExclusive = (list: string) => `IN (SELECT value FROM json_each(${list}))`;
      return {
        writes: [
          {
            sql: `UPDATE deliveries SET lease = ?4, lease_until = ?5, slot_at = NULL WHERE ${OPEN}
              AND EXISTS (SELECT 1 FROM senders s WHERE ${SENDER_OK}
                AND (s.busy_until IS NULL OR s.busy_until <= ?3 OR s.provider NOT ${isExclusive("?6")})
                AND (deliveries.slot_at BETWEEN ?7 AND ?3 OR s.next_free_at IS NULL OR s.next_free_at <= ?3))`,
            params: [tenantId, id, now, lease, until, exclusive, lapsed],
          },
          {
            sql: `UPDATE senders SET
                next_free_at = CASE WHEN next_free_at > ?3 THEN next_free_at
                  ELSE ${plusInterval("?3", "rate_per_minute")} END,
                busy_lease = CASE WHEN provider ${isExclusive("?6")} THEN ?4 ELSE busy_lease END,
                busy_until = CASE WHEN provider ${isExclusive("?6")} THEN ?5 ELSE busy_until END
              WHERE tenant_id = ?1 AND id =
                (SELECT sender_id FROM deliveries WHERE tenant_id = ?1 AND id = ?2 AND lease = ?4)`,
            params: [tenantId, id, now, lease, until, exclusive],
          },
          {
            // The lease only says who did it: without a time it holds nothing.
            sql: `UPDATE deliveries SET slot_at = max(coalesce(s.next_free_at, ''), ?4),
                due_at = max(coalesce(s.next_free_at, ''), ?4), lease = ?5, lease_until = NULL
              FROM senders s WHERE ${OPEN} AND ${SENDER_OK}`,
            params: [tenantId, id, now, later, lease],
          },
          {
            sql: `UPDATE senders SET next_free_at = ${plusInterval("d.slot_at", "rate_per_minute")}
              FROM deliveries d
              WHERE d.tenant_id = ?1 AND d.id = ?2 AND d.status = 'queued' AND d.slot_at > ?3
                AND senders.tenant_id = ?1 AND senders.id = d.sender_id
                AND (senders.next_free_at IS NULL OR senders.next_free_at <= d.slot_at)`,
            params: [tenantId, id, now],
          },
          {
            sql: `UPDATE deliveries SET due_at = ?4, slot_at = NULL WHERE ${OPEN}
              AND EXISTS (SELECT 1 FROM senders s
                WHERE s.tenant_id = ?1 AND s.id = deliveries.sender_id AND s.status <> 'ok')`,
            params: [tenantId, id, now, PARKED],
          },
        ],
        outcome: readOne(
          {
            sql: `SELECT d.lease, d.lease_until, d.due_at, d.address, d.body, s.*
              FROM deliveries d JOIN senders s ON s.tenant_id = d.tenant_id AND s.id = d.sender_id
              WHERE d.tenant_id = ? AND d.id = ?`,
            params: [tenantId, id],
          },
          (row) => ({
            result: row.lease !== lease ? "refused" : row.lease_until === null ? "put_off" : "taken",
            dueAt: row.due_at as string | null,
            address: row.address as string,
            body: row.body as string,
            sender: toSender(row),
          }),
        ),
      };
    },

    /**
     * The mark just before the call, which counts as an attempt. It is made only while the lease holds until
     * `needed` and the sender may still send; otherwise the claim is given up, and with it a mark of its own
     * whose reply was lost, since no call followed. Safe to repeat.
     * Answers the number of attempts; undefined when the call must not be made.
     */
    mark(id: string, lease: string, now: string, needed: string): Step<number | undefined> {
      return {
        writes: [
          {
            sql: `UPDATE deliveries SET status = 'calling', attempts = attempts + 1, updated_at = ?3
              WHERE tenant_id = ?1 AND id = ?2 AND lease = ?4 AND status = 'queued' AND lease_until >= ?5
                AND EXISTS (SELECT 1 FROM senders s WHERE ${SENDER_OK})`,
            params: [tenantId, id, now, lease, needed],
          },
          {
            sql: `UPDATE deliveries SET lease = NULL, lease_until = NULL, status = 'queued',
                attempts = attempts - (status = 'calling')
              WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3
                AND (status = 'queued' OR (status = 'calling' AND lease_until < ?4))`,
            params: [tenantId, id, lease, needed],
          },
          {
            sql: `UPDATE senders SET busy_lease = NULL, busy_until = NULL
              WHERE tenant_id = ?1 AND busy_lease = ?3
                AND id = (SELECT sender_id FROM deliveries WHERE tenant_id = ?1 AND id = ?2 AND lease IS NOT ?3)`,
            params: [tenantId, id, lease],
          },
        ],
        outcome: readOne(
          {
            sql: `SELECT attempts FROM deliveries
              WHERE tenant_id = ? AND id = ? AND lease = ? AND status = 'calling' AND lease_until >= ?`,
            params: [tenantId, id, lease, needed],
          },
          (row) => row.attempts as number,
        ),
      };
    },

    /** Gives a claim up before the call, as if it had not been made. */
    giveUp(id: string, lease: string): Write {
      return {
        sql: `UPDATE deliveries SET lease = NULL, lease_until = NULL
          WHERE tenant_id = ? AND id = ? AND lease = ? AND status = 'queued'`,
        params: [tenantId, id, lease],
      };
    },

    /** What a call came to; only for who holds the lease, and only from the statuses given. Safe to repeat. */
    settle(call: {
      readonly id: string;
      readonly lease: string;
      readonly from: readonly DeliveryStatus[];
      readonly decision: Decision;
      readonly providerMessageId: string | null;
      readonly taskId: string | null;
      readonly now: string;
    }): Write {
      const { id, lease, from, decision, providerMessageId, taskId, now } = call;
      return {
        sql: `UPDATE deliveries SET status = ?3, due_at = ?4, lease = NULL, lease_until = NULL,
            provider_message_id = ?5, provider_task_id = ?6, error_code = ?7, error_detail = ?8,
            sent_at = ?9, updated_at = ?10
          WHERE tenant_id = ?1 AND id = ?2 AND lease = ?11 AND status IN (SELECT value FROM json_each(?12))`,
        params: [
          tenantId,
          id,
          decision.status,
          decision.dueAt,
          providerMessageId,
          taskId,
          decision.error?.code ?? null,
          decision.error?.detail ?? null,
          decision.status === "sent" ? now : null,
          now,
          lease,
          JSON.stringify(from),
        ],
      };
    },

    /** Applies what the provider reported of the message before the answer to our call was committed. */
    applyEarlyReports(call: {
      readonly id: string;
      readonly senderId: string;
      readonly providerMessageId: string | null;
      readonly taskId: string | null;
      /** What can be reported of a sent message, least first. */
      readonly ranking: readonly ReportedStatus[];
      readonly now: string;
    }): Write {
      const { id, senderId, providerMessageId, taskId, ranking, now } = call;
      return {
        sql: `UPDATE deliveries SET status = e.status, error_code = e.error_code,
            error_detail = e.error_detail, updated_at = ?7,
            delivered_at = CASE WHEN e.status = 'failed' THEN NULL ELSE e.occurred_at END
          FROM (SELECT e.* FROM provider_events e JOIN json_each(?6) ranking ON ranking.value = e.status
            WHERE e.tenant_id = ?1 AND e.sender_id = ?3
              AND (e.provider_message_id = ?4 OR e.provider_task_id = ?5)
            ORDER BY ranking.key DESC LIMIT 1) e
          WHERE deliveries.tenant_id = ?1 AND deliveries.id = ?2 AND deliveries.status = 'sent'
            AND (deliveries.provider_message_id = ?4 OR deliveries.provider_task_id = ?5)`,
        params: [tenantId, id, senderId, providerMessageId, taskId, JSON.stringify(ranking), now],
      };
    },

    /**
     * Calls whose lease ran out: nobody knows how they ended. They keep the lease, so that a caller who is
     * alive after all may still say.
     */
    expireCalls(ids: readonly string[], { status, error }: Decision, now: string): Write {
      return {
        sql: `UPDATE deliveries SET status = ?2, due_at = NULL, error_code = ?3, error_detail = ?4,
            updated_at = ?5
          WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?6))
            AND status = 'calling' AND lease_until <= ?5`,
        params: [tenantId, status, error?.code ?? null, error?.detail ?? null, now, JSON.stringify(ids)],
      };
    },
  };
}
