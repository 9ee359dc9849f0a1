import { openPlatform } from "../compose.ts";
import { consumeDeadLetters } from "./dead-letters.ts";
import { consumeDeliveries } from "./deliveries.ts";
import { consumeJobs } from "./jobs.ts";

/** Hands each batch to the consumer of its queue, told by the end of its name: environments differ before that. */
export async function handleQueue(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void> {
  const platform = openPlatform(env, undefined, (work) => ctx.waitUntil(work));
  if (batch.queue.endsWith("-deliveries")) return consumeDeliveries(batch, platform);
  if (batch.queue.endsWith("-jobs")) return consumeJobs(batch, platform);
  if (batch.queue.endsWith("-dead-letters")) return consumeDeadLetters(batch, platform);
  batch.retryAll();
}
