import type { DeliveryStatus, ReportedStatus } from "../domain/messaging/delivery-status.ts";
import type { Write } from "./database.ts";

export interface ProviderReport {
  readonly senderId: string;
  /** The same for a report that comes twice. */
  readonly eventKey: string;
  readonly providerMessageId: string | null;
  readonly taskId: string | null;
  readonly status: ReportedStatus;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly occurredAt: string;
}

/** A delivery that is known by its task alone: ?1 tenant, ?2 sender, ?4 task. */
const KNOWN_BY_TASK = `tenant_id = ?1 AND sender_id = ?2
  AND provider_task_id = ?4 AND provider_message_id IS NULL`;

/** The delivery that a report is about: ?1 tenant, ?2 sender, ?3 message, ?4 task. */
const KNOWN_BY_IDS = `SELECT id FROM deliveries
    WHERE tenant_id = ?1 AND sender_id = ?2 AND provider_message_id = ?3
  UNION ALL SELECT id FROM deliveries WHERE ${KNOWN_BY_TASK}`;

export function providerEventStore(tenantId: string) {
  return {
    /**
     * Moves the delivery that the report is about, if it stands in one of the statuses `from`. A report of a
     * message that no delivery is known by is kept: the answer to our own call may still be on its way, and
     * its commit looks here.
     */
    apply(report: ProviderReport, from: readonly DeliveryStatus[], now: string): Write[] {
      const { senderId, providerMessageId, taskId, status, errorCode, errorDetail, occurredAt } = report;
      const ids = [tenantId, senderId, providerMessageId, taskId];
      return [
        // By itself, because naming an indexed column costs a write of the index, changed or not.
        ...(providerMessageId === null || taskId === null
          ? []
          : [{ sql: `UPDATE deliveries SET provider_message_id = ?3 WHERE ${KNOWN_BY_TASK}`, params: ids }]),
        {
          sql: `UPDATE deliveries SET status = ?5, error_code = ?6, error_detail = ?7, updated_at = ?8,
              sent_at = coalesce(sent_at, ?9),
              delivered_at = CASE WHEN ?5 IN ('delivered', 'read') THEN coalesce(delivered_at, ?9)
                ELSE delivered_at END
            WHERE tenant_id = ?1 AND id = (${KNOWN_BY_IDS} LIMIT 1)
              AND status IN (SELECT value FROM json_each(?10))`,
          params: [...ids, status, errorCode, errorDetail, now, occurredAt, JSON.stringify(from)],
        },
        {
          sql: `INSERT INTO provider_events (tenant_id, sender_id, provider_message_id, provider_task_id,
              event_key, status, error_code, error_detail, occurred_at, received_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS (${KNOWN_BY_IDS})
            ON CONFLICT DO NOTHING`,
          params: [...ids, report.eventKey, status, errorCode, errorDetail, occurredAt, now],
        },
      ];
    },
  };
}
