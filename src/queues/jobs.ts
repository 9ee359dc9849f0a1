import type { PlatformContext } from "../domain/context.ts";
import { runJob } from "../domain/jobs/run-job.ts";
import { inTurn } from "../lib/in-turn.ts";
import { logFailure } from "../lib/log-failure.ts";
import { keepLetter } from "./dead-letters.ts";
import { parseQueueMessage } from "./messages.ts";

/** Jobs keep a database busy: few at once leave it to those who wait for answers. */
const AT_ONCE = 2;
const RETRY_SECONDS = 60;

/** Goes on with the jobs that a batch names; what is left of one then, it nudges itself. */
export async function consumeJobs(batch: MessageBatch, platform: PlatformContext): Promise<void> {
  await inTurn(batch.messages, AT_ONCE, async (message) => {
    try {
      await handle(message, batch.queue, platform);
      message.ack();
    } catch (error) {
      logFailure("queue_message_failed", { queue: batch.queue, message_id: message.id }, error);
      message.retry({ delaySeconds: RETRY_SECONDS });
    }
  });
}

async function handle(message: Message, queue: string, platform: PlatformContext): Promise<void> {
  const parsed = parseQueueMessage(message.body);
  // Trying again would not make it readable.
  if (parsed?.type !== "job" || !platform.shards.includes(parsed.shard)) {
    return keepLetter(message, queue, platform);
  }
  const ctx = platform.openTenant(parsed.shard, parsed.tenant_id);
  const seconds = ctx.work.secondsPerRun;
  await runJob(ctx, parsed.job_id, { seconds, steps: Number.POSITIVE_INFINITY });
}
