import { env } from "cloudflare:workers";
import { openPlatform } from "../../src/compose.ts";
import type { PlatformContext } from "../../src/domain/context.ts";
import { recordingD1 } from "./recording-d1.ts";

export interface DyingPlatform {
  readonly platform: PlatformContext;
  /** How many batches reached a database. */
  readonly batches: () => number;
}

interface Life {
  /** Batches that reach their database; from the next one on, nothing does. */
  readonly batches: number;
  /** The last of them commits, but nobody hears of it. */
  readonly lostReply?: boolean;
}

/** The platform on real databases, in a process that dies after so many batches. */
export function dyingPlatform({ batches, lostReply = false }: Life): DyingPlatform {
  let sent = 0;
  const databases = Object.entries(env).filter(
    ([name]) => name === "DIRECTORY" || name.startsWith("TENANTS_"),
  );
  const bindings = databases.map(([name, d1]) => {
    const counted = recordingD1(d1 as D1Database, () => {
      if (sent >= batches) throw new Error("the process is dead");
      sent += 1;
    });
    const d1ThatDies: Pick<D1Database, "prepare" | "batch"> = {
      prepare: (sql) => counted.prepare(sql),
      async batch<T>(statements: D1PreparedStatement[]) {
        const results = await counted.batch<T>(statements);
        if (lostReply && sent === batches) throw new Error("Network connection lost.");
        return results;
      },
    };
    return [name, d1ThatDies];
  });
  const bound = openPlatform({ ...env, ...Object.fromEntries(bindings) } as unknown as Env);
  // What goes on after the answer is for the sweep: a dead process finishes nothing.
  return { platform: { ...bound, later: () => undefined }, batches: () => sent };
}

/**
 * Lets `attempt` die at each of its batches in turn, before it and after it has committed, and hands every such
 * life to `aftermath`. `attempt` must take the same number of batches each time. Answers how many lives there were.
 */
export async function dieEverywhere<Start>(
  prepare: () => Promise<Start>,
  attempt: (platform: PlatformContext, start: Start) => Promise<unknown>,
  aftermath: (start: Start, life: Life) => Promise<void>,
): Promise<number> {
  const whole = dyingPlatform({ batches: Number.POSITIVE_INFINITY });
  const undisturbed = await prepare();
  await attempt(whole.platform, undisturbed);
  await aftermath(undisturbed, { batches: whole.batches() });
  const lives = Array.from({ length: whole.batches() }, (_, batches) => [
    { batches },
    { batches: batches + 1, lostReply: true },
  ]).flat();
  for (const life of lives) {
    const start = await prepare();
    const { platform } = dyingPlatform(life);
    await attempt(platform, start).catch(() => undefined);
    await aftermath(start, life);
  }
  return lives.length;
}

/** The platform as it will be in so many seconds. */
export function later(platform: PlatformContext, seconds: number): PlatformContext {
  return { ...platform, clock: { now: () => new Date(Date.now() + seconds * 1000) } };
}
