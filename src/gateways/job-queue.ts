import type { JobMessage } from "../domain/jobs/job-message.ts";

/** A hint that a job has something left to do; losing one costs time and nothing else: the sweep gives it again. */
export interface JobNudge {
  readonly shard: string;
  readonly tenantId: string;
  readonly jobId: string;
  readonly delaySeconds?: number;
}

export interface JobQueue {
  /** @throws Error when the queue did not take them all. */
  nudge(nudges: readonly JobNudge[]): Promise<void>;
}

/** What one `sendBatch` may hold. */
const BATCH = 100;

export function createJobQueue(queue: Queue): JobQueue {
  return {
    async nudge(nudges) {
      for (let i = 0; i < nudges.length; i += BATCH) {
        await queue.sendBatch(nudges.slice(i, i + BATCH).map(toRequest));
      }
    },
  };
}

function toRequest({ shard, tenantId, jobId, delaySeconds }: JobNudge): MessageSendRequest<JobMessage> {
  const body = { type: "job", shard, tenant_id: tenantId, job_id: jobId } as const;
  return { body, contentType: "json", ...(delaySeconds !== undefined && { delaySeconds }) };
}
