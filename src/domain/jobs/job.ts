import type { Issue } from "../../errors.ts";
import type { Write } from "../../storage/database.ts";
import type { Expectation } from "../../storage/guard.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";

export type JobStatus = "queued" | "running" | "done" | "failed";

/** Something that a job found wrong; `path` is where it stands: an attribute's or a setting's name. */
export type JobError = Issue;

/** Work on many records, done in steps. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly status: JobStatus;
  readonly entityTypeId: string | null;
  readonly attributeId: string | null;
  /** What the kind was asked to do. */
  readonly input: Json;
  /** Where it has got to; null at the start. */
  readonly place: Json;
  /** Records gone through, of how many there were when it began. */
  readonly done: number;
  readonly total: number;
  readonly errors: readonly JobError[];
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Claims since the last step that was committed. */
  readonly attempts: number;
}

/** One step, to be committed as one batch with the job's own progress. */
export interface JobStep {
  /** What the step was decided on; when it does not hold any more, the step is made anew. */
  readonly guard?: Expectation;
  readonly writes: readonly Write[];
  /** Where the next step begins; undefined when this is the last one. */
  readonly next: Json | undefined;
  /** How many records the step went through. */
  readonly done: number;
  /** All that has been found wrong so far; unchanged where it is not given. */
  readonly errors?: readonly JobError[];
}

/** A kind of work: a file of its own and a line in registry.ts. */
export interface JobKind {
  readonly name: string;
  /**
   * Reads and decides the next step. It must take nothing as known but the job itself: any step may be the first
   * one of a new process, and may be decided several times before it is committed.
   * @throws JobFailed when the job cannot succeed.
   */
  step(ctx: TenantContext, job: Job): Promise<JobStep>;
  /** What is written when the job fails, so that it leaves nothing half done. */
  undo?(ctx: TenantContext, job: Job): Promise<{ guard?: Expectation; writes: readonly Write[] }>;
}

/** The job cannot succeed, and says why. */
export class JobFailed extends Error {
  readonly errors: readonly JobError[];

  constructor(...errors: readonly JobError[]) {
    super("job failed");
    this.name = "JobFailed";
    this.errors = errors;
  }
}

export const CANCELLED: JobError = { path: "", code: "cancelled" };

/** What the job was to work on is not there any more, or has been given to somebody else. */
export function cancelled(): JobFailed {
  return new JobFailed(CANCELLED);
}
