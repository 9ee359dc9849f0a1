import type { PlatformContext } from "../domain/context.ts";
import { sweepDeliveries } from "../domain/messaging/sweep-deliveries.ts";
import { eachShard } from "./each-shard.ts";

/** Every minute: what the queue lost, and calls that nobody holds any more. */
export function sweepAllDeliveries(platform: PlatformContext): Promise<void> {
  return eachShard(platform, (shard) => sweepDeliveries(platform, shard));
}
