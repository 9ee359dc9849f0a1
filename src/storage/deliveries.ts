import type { DeliveryStatus } from "../domain/messaging/delivery-status.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { deliveries } from "./tables/tenant.ts";

/** The due time of a delivery whose sender cannot send: far away, but still unsettled. Resuming changes it. */
export const PARKED = "9999-12-31T00:00:00.000Z";

/** How many deliveries a filtered page looks through at most; where it ends, the next page goes on. */
const WINDOW = 1_000;

export interface NewDelivery {
  readonly id: string;
  readonly entityTypeId: string;
  readonly recordId: string;
  readonly senderId: string;
  /** E.164. */
  readonly address: string;
  readonly body: string;
  readonly createdAt: string;
}

export interface DeliveryRow extends NewDelivery {
  /** Null when the entity type has been deleted. */
  readonly entityTypeName: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly providerMessageId: string | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly updatedAt: string;
  readonly sentAt: string | null;
  readonly deliveredAt: string | null;
}

export interface DeliveryFilter {
  readonly recordId?: string;
  readonly status?: DeliveryStatus;
  readonly senderId?: string;
  /** Only those older than the one with this id. */
  readonly after?: string;
}

const SELECT = `SELECT d.*, (SELECT t.name FROM entity_types t
    WHERE t.tenant_id = d.tenant_id AND t.id = d.entity_type_id) AS entity_type_name
  FROM deliveries d`;

function toDelivery(row: Row): DeliveryRow {
  return {
    id: row.id as string,
    entityTypeId: row.entity_type_id as string,
    entityTypeName: row.entity_type_name as string | null,
    recordId: row.record_id as string,
    senderId: row.sender_id as string,
    address: row.address as string,
    body: row.body as string,
    status: row.status as DeliveryStatus,
    attempts: row.attempts as number,
    providerMessageId: row.provider_message_id as string | null,
    errorCode: row.error_code as string | null,
    errorDetail: row.error_detail as string | null,
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
    sentAt: row.sent_at as string | null,
    deliveredAt: row.delivered_at as string | null,
  };
}

export function deliveryStore(tenantId: string) {
  /** The part of a filter that an index answers: ?1 tenant, ?2 after, ?3 record. */
  const scope = ({ recordId }: DeliveryFilter, alias = "") =>
    `${alias}tenant_id = ?1 AND ${alias}id < ?2 ${recordId === undefined ? "" : `AND ${alias}record_id = ?3`}`;
  return {
    find(id: string): Read<DeliveryRow | undefined> {
      return readOne(
        { sql: `${SELECT} WHERE d.tenant_id = ? AND d.id = ?`, params: [tenantId, id] },
        toDelivery,
      );
    },

    /** Newest first. With a filter that has no index it looks no further than `windowEnd` says. */
    list(filter: DeliveryFilter, limit: number): Read<DeliveryRow[]> {
      const { recordId = null, status = null, senderId = null, after = "~" } = filter;
      const narrowed =
        status === null && senderId === null
          ? ""
          : `AND (?4 IS NULL OR d.status = ?4) AND (?5 IS NULL OR d.sender_id = ?5) AND d.id >= (
              SELECT min(id) FROM (
                SELECT id FROM deliveries WHERE ${scope(filter)} ORDER BY id DESC LIMIT ${WINDOW}))`;
      const sql = `${SELECT} WHERE ${scope(filter, "d.")} ${narrowed} ORDER BY d.id DESC LIMIT ?6`;
      return readMany({ sql, params: [tenantId, after, recordId, status, senderId, limit] }, toDelivery);
    },

    /** Where a filtered page stopped looking; undefined when it saw all there is. */
    windowEnd(filter: DeliveryFilter): Read<string | undefined> {
      const { recordId, after = "~" } = filter;
      const sql = `SELECT min(id) AS last, count(*) AS seen FROM (
        SELECT id FROM deliveries WHERE ${scope(filter)} ORDER BY id DESC LIMIT ${WINDOW})`;
      return {
        sql,
        params: [tenantId, after, ...(recordId === undefined ? [] : [recordId])],
        decode: ([row]) => (row?.seen === WINDOW ? (row.last as string) : undefined),
      };
    },

    /** How many are not settled yet; counted no further than `most`. */
    countUnsettled(most: number): Read<number> {
      const sql = `SELECT count(*) AS unsettled FROM (
        SELECT 1 FROM deliveries WHERE tenant_id = ? AND due_at IS NOT NULL LIMIT ?)`;
      return { sql, params: [tenantId, most], decode: ([row]) => (row?.unsettled as number) ?? 0 };
    },

    /** Due at once. */
    insert(delivery: NewDelivery): Write {
      return statement(
        query.insert(deliveries).values({
          tenant_id: tenantId,
          id: delivery.id,
          entity_type_id: delivery.entityTypeId,
          record_id: delivery.recordId,
          sender_id: delivery.senderId,
          address: delivery.address,
          body: delivery.body,
          status: "queued",
          attempts: 0,
          due_at: delivery.createdAt,
          created_at: delivery.createdAt,
          updated_at: delivery.createdAt,
        }),
      );
    },

    /**
     * What waits for a sender may be claimed at once, and its pace decides anew: everything, once it can send
     * again, or what its pace has put off.
     */
    makeDue(senderId: string, which: "all" | "put_off", now: string): Write {
      const waiting = which === "all" ? "(slot_at IS NOT NULL OR due_at > ?3)" : "slot_at IS NOT NULL";
      return {
        sql: `UPDATE deliveries SET due_at = ?3, slot_at = NULL
          WHERE tenant_id = ?1 AND due_at IS NOT NULL AND sender_id = ?2 AND status = 'queued' AND ${waiting}
            AND (lease_until IS NULL OR lease_until <= ?3)`,
        params: [tenantId, senderId, now],
      };
    },

    /** Ids of some that may be claimed. */
    due(senderId: string, now: string, limit: number): Read<string[]> {
      const sql = `SELECT id FROM deliveries
        WHERE tenant_id = ? AND due_at <= ? AND sender_id = ? AND status = 'queued' LIMIT ?`;
      return readMany({ sql, params: [tenantId, now, senderId, limit] }, (row) => row.id as string);
    },
  };
}
