import { logFailure } from "../../lib/log-failure.ts";
import type { TenantContext } from "../context.ts";
import type { Job } from "./job.ts";
import { runJob } from "./run-job.ts";

/**
 * Does the first steps of a job that was just committed, so that small ones are done when the request is answered;
 * the queue does the rest. However this fails, the job stands, and the sweep finds it.
 * @returns how the job stands by now; undefined when that cannot be told.
 */
export async function beginJob(ctx: TenantContext, id: string): Promise<Job | undefined> {
  const { recordsAtOnce, recordsPerStep, secondsPerRun } = ctx.work;
  const steps = Math.floor(recordsAtOnce / recordsPerStep) + 1;
  try {
    await runJob(ctx, id, { steps, seconds: secondsPerRun });
    const [job] = await ctx.storage.read([ctx.storage.jobs.find(id)]);
    return job;
  } catch (error) {
    logFailure("job_not_begun", { job: id }, error);
    return undefined;
  }
}
