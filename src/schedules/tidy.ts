import type { PlatformContext } from "../domain/context.ts";
import { tidyDirectory, tidyShard } from "../domain/housekeeping/delete-expired.ts";
import { eachShard } from "./each-shard.ts";

/** Once an hour: rows that have outlived their use. */
export async function tidy(platform: PlatformContext): Promise<void> {
  await tidyDirectory(platform);
  await eachShard(platform, (shard) => tidyShard(platform, shard));
}
