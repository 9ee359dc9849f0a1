import type { PlatformContext } from "../domain/context.ts";

/** Does it for every shard; one that fails does not keep the others from their turn. */
export async function eachShard(
  { shards }: PlatformContext,
  work: (shard: string) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const shard of shards) {
    await work(shard).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
