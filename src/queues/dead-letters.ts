import type { PlatformContext } from "../domain/context.ts";
import { keepDeadLetter } from "../domain/messaging/keep-dead-letter.ts";
import { inTurn } from "../lib/in-turn.ts";
import { logFailure } from "../lib/log-failure.ts";
import { addressOf, parseQueueMessage, subjectOf } from "./messages.ts";

const AT_ONCE = 4;
const RETRY_SECONDS = 60;

/**
 * Keeps what could not be handled. A delivery is not lost by it: it is still due in D1, and the sweep brings it
 * up again; the letter tells people that something was wrong.
 */
export async function consumeDeadLetters(batch: MessageBatch, platform: PlatformContext): Promise<void> {
  await inTurn(batch.messages, AT_ONCE, async (message) => {
    try {
      await keepLetter(message, batch.queue, platform);
      message.ack();
    } catch (error) {
      logFailure("dead_letter_not_kept", { queue: batch.queue, message_id: message.id }, error);
      message.retry({ delaySeconds: RETRY_SECONDS });
    }
  });
}

/** Stores the message with the tenant that it names; one that names none can only be logged, by its id. */
export async function keepLetter(message: Message, queue: string, platform: PlatformContext): Promise<void> {
  const { body } = message;
  const address = addressOf(body);
  if (!address || !platform.shards.includes(address.shard)) {
    logFailure("queue_message_unreadable", { queue, message_id: message.id });
    return;
  }
  const ctx = platform.openTenant(address.shard, address.tenant_id);
  const parsed = parseQueueMessage(body);
  await keepDeadLetter(ctx, { id: parsed ? subjectOf(parsed) : message.id, queue, message: body });
}
