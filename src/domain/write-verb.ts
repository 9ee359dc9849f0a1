import { AppError, CommitRefused } from "../errors.ts";
import { deriveToken } from "../lib/crypto/derive-key.ts";
import { retry } from "../lib/retry.ts";
import type { Json } from "./attribute-kinds/kind.ts";
import type { TenantContext } from "./context.ts";

/** Ends a verb whose effect stands already: carries the result it gave the first time. */
export class Replayed extends Error {
  readonly result: Json;

  constructor(result: Json) {
    super("replayed");
    this.result = result;
  }
}

/** Enough for a dozen writers of one record or table at once to get through one after another. */
const PATIENCE = { attempts: 12, firstDelay: 10 } as const;

/**
 * Makes a write verb out of its decision: authorize → load → decide → commit → return.
 *
 * D1 has no interactive transactions, so the decision is committed only if what it was made on still
 * holds; when it does not, it is made again. Under an Idempotency-Key the effect happens once, and every
 * later call with the same key and input gets the first result.
 */
export function writeVerb<Input, Result, Rest extends readonly unknown[]>(
  name: string,
  decide: (ctx: TenantContext, input: Input, ...rest: Rest) => Promise<Result>,
): (ctx: TenantContext, input: Input, ...rest: Rest) => Promise<Result> {
  return async (ctx, input, ...rest) => {
    const key = ctx.idempotencyKey;
    const requestHash = key === undefined ? undefined : await hashRequest(ctx, name, input);
    const call = requestHash === undefined ? ctx : { ...ctx, requestHash };
    const attempt = () => decide(call, input, ...rest);
    try {
      return await retry(attempt, { ...PATIENCE, isPassing: isWorthAnotherTry });
    } catch (error) {
      if (error instanceof Replayed) return error.result as Result;
      throw isWorthAnotherTry(error) ? new AppError("unavailable", { retryAfter: 1, cause: error }) : error;
    }
  };
}

/** Keyed: inputs may hold passwords, and a plain hash in the database would let them be guessed. */
function hashRequest(ctx: TenantContext, name: string, input: unknown): Promise<string> {
  return deriveToken(ctx.secretKey, "idempotency", JSON.stringify([name, input]));
}

/** Keys that a verb looks up before it decides; if one was taken since, the next look finds it. */
const LOOKED_UP: ReadonlySet<string | undefined> = new Set(["idempotency_keys", "records", "record_unique"]);

/** Something changed between reading and committing, or a twin of this call committed first. */
function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof CommitRefused && (error.reason !== "not_unique" || LOOKED_UP.has(error.table));
}
