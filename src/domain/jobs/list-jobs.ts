import { AppError } from "../../errors.ts";
import type { TenantContext } from "../context.ts";
import { openCursor, sealCursor } from "../cursors.ts";
import { enter } from "../enter.ts";
import { seesAllJobs } from "./get-job.ts";
import { type WireJob, wireJob } from "./wire-job.ts";

export interface JobList {
  data: WireJob[];
  total: null;
  next_cursor: string | null;
}

/** A page of the tenant's jobs, newest first. @throws AppError `forbidden`, `invalid_cursor`. */
export async function listJobs(
  ctx: TenantContext,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<JobList> {
  const binding = ["jobs"];
  const after = cursor === undefined ? undefined : ((await openCursor(ctx, binding, cursor)) as string);
  const { access, loaded } = await enter(ctx, ctx.storage.jobs.list(after, limit + 1));
  if (!seesAllJobs(access)) throw new AppError("forbidden", { params: { action: "view" } });
  const [found] = loaded;
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1)?.id : undefined;
  return {
    data: page.map(wireJob),
    total: null,
    next_cursor: last === undefined ? null : await sealCursor(ctx, binding, last),
  };
}
