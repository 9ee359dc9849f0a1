import { AppError, CommitRefused } from "../../errors.ts";
import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import { logFailure } from "../../lib/log-failure.ts";
import { retry } from "../../lib/retry.ts";
import type { TenantContext } from "../context.ts";
import { type Job, JobFailed, type JobKind, type JobStep } from "./job.ts";
import { jobKind } from "./registry.ts";

/** Longer than any step may take, so that nobody else begins while one is at it. */
const LEASE_SECONDS = 60;

/** Claims without a step that was committed, after which a job is given up. */
const MOST_ATTEMPTS = 8;
const LONGEST_BACKOFF_SECONDS = 300;

/** Writers of the same records may come first a few times. */
const PATIENCE = { attempts: 12, firstDelay: 10 } as const;

/** How far a run went: to the job's end, to its own, or nowhere, since the job is finished or somebody else's. */
export type Run = "finished" | "more" | "none";

/** When a run stops by itself, though the job is not at its end. */
export interface Allowance {
  readonly seconds: number;
  readonly steps: number;
}

/**
 * Goes on with a job, if it is due and nobody else is at it: claim, then step after step, each one commit that holds
 * its effect and the job's progress and happens only under the claim's lease. Safe to call any number of times;
 * when the process dies anywhere, the lease runs out and the next run goes on from the last step.
 */
export async function runJob(ctx: TenantContext, id: string, allowance: Allowance): Promise<Run> {
  const lease = ctx.newId();
  const claimed = await claim(ctx, id, lease);
  if (!claimed) return "none";
  const ends = ctx.clock.now().getTime() + allowance.seconds * 1000;
  let job = claimed;
  try {
    const kind = jobKind(job.kind);
    // Whatever it died of may not be something that a process can catch.
    if (job.attempts > MOST_ATTEMPTS) throw new JobFailed({ path: "", code: "gave_up" });
    for (let steps = 0; ; steps++) {
      if (steps >= allowance.steps || (steps > 0 && ctx.clock.now().getTime() >= ends)) {
        await ctx.storage.commit([ctx.storage.jobs.release(id, lease, timestamp(ctx.clock))]);
        ctx.gateways.nudgeJob(id);
        return "more";
      }
      const next = await takeStep(ctx, kind, job, lease);
      if (next === "finished" || next === "lost") return next === "lost" ? "none" : next;
      job = next;
    }
  } catch (error) {
    if (error instanceof JobFailed) return fail(ctx, job, lease, error);
    await putOff(ctx, job, lease, error);
    return "more";
  }
}

async function claim(ctx: TenantContext, id: string, lease: string): Promise<Job | undefined> {
  const { storage, clock } = ctx;
  const until = secondsFromNow(clock, LEASE_SECONDS);
  const { writes, outcome } = storage.jobs.claim(id, lease, timestamp(clock), until);
  const [job] = await storage.commit(writes, [outcome]);
  return job;
}

/** Decides a step and commits it; decides anew where what it was decided on has changed. */
async function takeStep(
  ctx: TenantContext,
  kind: JobKind,
  job: Job,
  lease: string,
): Promise<Job | "finished" | "lost"> {
  let current: Job | undefined = job;
  let isFirst = true;
  const attempt = async () => {
    // After a refusal, or a reply that was lost, only the database knows where the job is.
    if (!isFirst) [current] = await ctx.storage.read([ctx.storage.jobs.held(job.id, lease)]);
    isFirst = false;
    if (!current) return (await isFinished(ctx, job.id)) ? "finished" : "lost";
    if (JSON.stringify(current.place) !== JSON.stringify(job.place)) return current;
    const step = await kind.step(ctx, current);
    return commitStep(ctx, current, step, lease);
  };
  return retry(attempt, { ...PATIENCE, isPassing });
}

async function isFinished({ storage }: TenantContext, id: string): Promise<boolean> {
  const [job] = await storage.read([storage.jobs.find(id)]);
  return job?.status === "done" || job?.status === "failed";
}

async function commitStep(
  ctx: TenantContext,
  job: Job,
  { guard, writes, next, done, errors = job.errors }: JobStep,
  lease: string,
): Promise<Job | "finished"> {
  const { storage, clock } = ctx;
  const { jobs } = storage;
  const until = secondsFromNow(clock, LEASE_SECONDS);
  await storage.commit([
    jobs.requireHeld(job.id, lease, timestamp(clock), job.place),
    ...(guard ? [storage.guard(guard)] : []),
    ...writes,
    next === undefined
      ? jobs.finish(job.id, { status: "done", done, errors, at: timestamp(clock) })
      : jobs.advance(job.id, { place: next, done, errors }, until),
  ]);
  return next === undefined
    ? "finished"
    : { ...job, place: next, done: job.done + done, errors, attempts: 0 };
}

async function fail(ctx: TenantContext, job: Job, lease: string, { errors }: JobFailed): Promise<Run> {
  const { storage, clock } = ctx;
  const kind = jobKind(job.kind);
  const attempt = async (): Promise<Run> => {
    const [current] = await storage.read([storage.jobs.held(job.id, lease)]);
    if (!current) return "none";
    const { guard, writes = [] } = (await kind.undo?.(ctx, current)) ?? {};
    const at = timestamp(clock);
    await storage.commit([
      storage.jobs.requireHeld(job.id, lease, at, current.place),
      ...(guard ? [storage.guard(guard)] : []),
      ...writes,
      storage.jobs.finish(job.id, { status: "failed", done: 0, errors, at }),
    ]);
    return "finished";
  };
  return retry(attempt, { ...PATIENCE, isPassing });
}

/** What nobody foresaw may pass by itself: the job is tried again, later each time. */
async function putOff(ctx: TenantContext, job: Job, lease: string, error: unknown): Promise<void> {
  logFailure("job_step_failed", { job: job.id, kind: job.kind }, error);
  const seconds = Math.min(2 ** job.attempts * 5, LONGEST_BACKOFF_SECONDS);
  await ctx.storage.commit([ctx.storage.jobs.release(job.id, lease, secondsFromNow(ctx.clock, seconds))]);
}

function isPassing(error: unknown): boolean {
  return error instanceof CommitRefused || (error instanceof AppError && error.code === "unavailable");
}
