import type { PlatformContext } from "../domain/context.ts";
import { sendDelivery } from "../domain/messaging/send-delivery.ts";
import { inTurn } from "../lib/in-turn.ts";
import { logFailure } from "../lib/log-failure.ts";
import { keepLetter } from "./dead-letters.ts";
import { parseQueueMessage } from "./messages.ts";

/** An invocation has six connections at most; each message needs one at a time, to D1 or to a provider. */
const AT_ONCE = 4;

const LONGEST_RETRY_SECONDS = 300;

/** Sends the deliveries that a batch names; each message is acknowledged, or tried again, for itself. */
export async function consumeDeliveries(batch: MessageBatch, platform: PlatformContext): Promise<void> {
  await inTurn(batch.messages, AT_ONCE, async (message) => {
    try {
      await handle(message, batch.queue, platform);
      message.ack();
    } catch (error) {
      logFailure("queue_message_failed", { queue: batch.queue, message_id: message.id }, error);
      message.retry({ delaySeconds: Math.min(5 * 2 ** message.attempts, LONGEST_RETRY_SECONDS) });
    }
  });
}

async function handle(message: Message, queue: string, platform: PlatformContext): Promise<void> {
  const parsed = parseQueueMessage(message.body);
  // Trying again would not make it readable.
  if (parsed?.type !== "delivery" || !platform.shards.includes(parsed.shard)) {
    return keepLetter(message, queue, platform);
  }
  await sendDelivery(platform.openTenant(parsed.shard, parsed.tenant_id), { id: parsed.delivery_id });
}
