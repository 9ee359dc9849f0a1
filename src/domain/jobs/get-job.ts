import { AppError, notFound } from "../../errors.ts";
import type { Access } from "../access/access.ts";
import { grantedScope } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireJob, wireJob } from "./wire-job.ts";

/** Those who may see all tables see all jobs; others only those that they began. */
export function seesAllJobs(access: Access): boolean {
  return ["view", "manage"].some((action) => grantedScope(access, "meta", action) !== undefined);
}

/** @throws AppError `forbidden`, `not_found`. */
export async function getJob(ctx: TenantContext, { id }: { readonly id: string }): Promise<WireJob> {
  const { access, loaded } = await enter(ctx, ctx.storage.jobs.find(id));
  const [job] = loaded;
  if (job?.createdBy !== access.member.id && !seesAllJobs(access)) {
    throw new AppError("forbidden", { params: { action: "view" } });
  }
  if (!job) throw notFound("job");
  return wireJob(job);
}
