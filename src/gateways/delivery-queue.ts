import type { DeliveryMessage } from "../domain/messaging/delivery-message.ts";

/** A hint that a delivery is due; losing one costs time and nothing else, since the sweep gives it again. */
export interface Nudge {
  readonly shard: string;
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly delaySeconds?: number;
}

export interface DeliveryQueue {
  /** @throws Error when the queue did not take them all. */
  nudge(nudges: readonly Nudge[]): Promise<void>;
}

/** What one `sendBatch` may hold. */
const BATCH = 100;

export function createDeliveryQueue(queue: Queue): DeliveryQueue {
  return {
    async nudge(nudges) {
      for (let i = 0; i < nudges.length; i += BATCH) {
        await queue.sendBatch(nudges.slice(i, i + BATCH).map(toRequest));
      }
    },
  };
}

function toRequest({
  shard,
  tenantId,
  deliveryId,
  delaySeconds,
}: Nudge): MessageSendRequest<DeliveryMessage> {
  const body = { type: "delivery", shard, tenant_id: tenantId, delivery_id: deliveryId } as const;
  return { body, contentType: "json", ...(delaySeconds !== undefined && { delaySeconds }) };
}
