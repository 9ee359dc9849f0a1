import * as z from "zod";
import type { JobMessage } from "../domain/jobs/job-message.ts";
import type { DeliveryMessage } from "../domain/messaging/delivery-message.ts";

const id = z.string().min(1).max(100);

const deliveryMessage = z.strictObject({
  type: z.literal("delivery"),
  shard: z.string().regex(/^\d{2,}$/),
  tenant_id: id,
  delivery_id: id,
}) satisfies z.ZodType<DeliveryMessage>;

const jobMessage = z.strictObject({
  type: z.literal("job"),
  shard: deliveryMessage.shape.shard,
  tenant_id: id,
  job_id: id,
}) satisfies z.ZodType<JobMessage>;

/** Every message that a queue of ours carries: ids only. */
const queueMessage = z.discriminatedUnion("type", [deliveryMessage, jobMessage]);

export type QueueMessage = z.infer<typeof queueMessage>;

/** Undefined for what we did not send, or another version of us did. */
export function parseQueueMessage(body: unknown): QueueMessage | undefined {
  return queueMessage.safeParse(body).data;
}

/** What a message is about. */
export function subjectOf(message: QueueMessage): string {
  return message.type === "delivery" ? message.delivery_id : message.job_id;
}

const addressed = z.object({ shard: deliveryMessage.shape.shard, tenant_id: id });

/** The tenant that a message names, whatever else is in it. */
export function addressOf(body: unknown): z.infer<typeof addressed> | undefined {
  return addressed.safeParse(body).data;
}
