import { timestamp } from "../../lib/clock.ts";
import type { TenantContext } from "../context.ts";

export interface DeadLetter {
  /** The same for letters about the same thing, which are kept once. */
  readonly id: string;
  readonly queue: string;
  /** Ids only. */
  readonly message: unknown;
}

/** Keeps a queue message that could not be handled, for people to look at. Safe to repeat. */
export async function keepDeadLetter(ctx: TenantContext, letter: DeadLetter): Promise<void> {
  const createdAt = timestamp(ctx.clock);
  await ctx.storage.commit([ctx.storage.deadLetters.insert({ ...letter, createdAt })]);
}
