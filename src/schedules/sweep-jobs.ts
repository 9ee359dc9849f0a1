import type { PlatformContext } from "../domain/context.ts";
import { sweepJobs } from "../domain/jobs/sweep-jobs.ts";
import { eachShard } from "./each-shard.ts";

/** Every minute: jobs that nobody works on. */
export function sweepAllJobs(platform: PlatformContext): Promise<void> {
  return eachShard(platform, (shard) => sweepJobs(platform, shard));
}
