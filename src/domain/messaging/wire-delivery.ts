import type { DeliveryRow } from "../../storage/deliveries.ts";
import type { Access } from "../access/access.ts";
import { grantedScope } from "../access/authorize.ts";
import { wireError } from "./delivery-errors.ts";
import type { DeliveryStatus } from "./delivery-status.ts";

/** A delivery as the API shows it. What is not known yet is absent. */
export type WireDelivery = {
  id: string;
  campaign_id: string | null;
  /** Name of the record's entity type; null once that has been deleted. */
  entity_type: string | null;
  record_id: string;
  sender_id: string;
  /** E.164; like the body, null for who may not view the records. */
  address: string | null;
  body: string | null;
  status: DeliveryStatus;
  attempts: number;
  provider_message_id?: string;
  error?: { code: string; detail: string };
  created_at: string;
  updated_at: string;
  sent_at?: string;
  delivered_at?: string;
};

export function wireDelivery(delivery: DeliveryRow, access: Access): WireDelivery {
  const { providerMessageId, errorCode, errorDetail, sentAt, deliveredAt } = delivery;
  const isVisible = grantedScope(access, delivery.entityTypeId, "view") === "all";
  return {
    id: delivery.id,
    campaign_id: null,
    entity_type: delivery.entityTypeName,
    record_id: delivery.recordId,
    sender_id: delivery.senderId,
    address: isVisible ? delivery.address : null,
    body: isVisible ? delivery.body : null,
    status: delivery.status,
    attempts: delivery.attempts,
    ...(providerMessageId !== null && { provider_message_id: providerMessageId }),
    ...(errorCode !== null && { error: wireError(errorCode, errorDetail, access.tenant.locale) }),
    created_at: delivery.createdAt,
    updated_at: delivery.updatedAt,
    ...(sentAt !== null && { sent_at: sentAt }),
    ...(deliveredAt !== null && { delivered_at: deliveredAt }),
  };
}
