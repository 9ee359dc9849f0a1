import { openPlatform } from "../compose.ts";
import type { PlatformContext } from "../domain/context.ts";
import { resumeSagas } from "../domain/sagas/resume-sagas.ts";
import { logFailure } from "../lib/log-failure.ts";
import { sweepAllDeliveries } from "./sweep-deliveries.ts";
import { sweepAllJobs } from "./sweep-jobs.ts";
import { tidy } from "./tidy.ts";

interface Job {
  readonly name: string;
  /** The minute of the hour that it runs in; every minute without. */
  readonly minute?: number;
  run(platform: PlatformContext): Promise<unknown>;
}

/** What runs by itself. Each job is safe to run twice, and to be run again from the start after a crash. */
const JOBS: readonly Job[] = [
  { name: "sweep_deliveries", run: sweepAllDeliveries },
  { name: "sweep_jobs", run: sweepAllJobs },
  { name: "resume_sagas", run: resumeSagas },
  { name: "tidy", minute: 17, run: tidy },
];

/** The cron trigger fires every minute. A job that fails leaves the others alone. */
export async function runSchedule(
  { scheduledTime }: ScheduledController,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  const platform = openPlatform(env, undefined, (work) => ctx.waitUntil(work));
  const minute = new Date(scheduledTime).getUTCMinutes();
  const due = JOBS.filter((job) => job.minute === undefined || job.minute === minute);
  await Promise.all(
    due.map(async ({ name, run }) => {
      await run(platform).catch((error: unknown) => logFailure("job_failed", { job: name }, error));
    }),
  );
}
