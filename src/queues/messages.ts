import * as z from "zod";
import type { DeliveryMessage } from "../domain/messaging/delivery-message.ts";

const id = z.string().min(1).max(100);

const deliveryMessage = z.strictObject({
  type: z.literal("delivery"),
  shard: z.string().regex(/^\d{2,}$/),
  tenant_id: id,
  delivery_id: id,
}) satisfies z.ZodType<DeliveryMessage>;

/** Every message that a queue of ours carries: ids only. */
const queueMessage = z.discriminatedUnion("type", [deliveryMessage]);

export type QueueMessage = z.infer<typeof queueMessage>;

/** Undefined for what we did not send, or another version of us did. */
export function parseQueueMessage(body: unknown): QueueMessage | undefined {
  return queueMessage.safeParse(body).data;
}

const addressed = z.object({ shard: deliveryMessage.shape.shard, tenant_id: id });

/** The tenant that a message names, whatever else is in it. */
export function addressOf(body: unknown): z.infer<typeof addressed> | undefined {
  return addressed.safeParse(body).data;
}
