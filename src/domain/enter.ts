import { AppError } from "../errors.ts";
import type { Answers, Read } from "../storage/database.ts";
import type { Access } from "./access/access.ts";
import type { TenantContext } from "./context.ts";

/**
 * The first trip of every verb: who is asking, whether the session still stands, and whatever the verb
 * wants to load, all in one batch. A session ended, a member removed or a tenant suspended a moment ago
 * is refused here.
 * @throws AppError `invalid_token` or `tenant_suspended`.
 */
export async function enter<const Reads extends readonly Read<unknown>[]>(
  ctx: TenantContext,
  ...reads: Reads
): Promise<{ access: Access; loaded: Answers<Reads> }> {
  const { identity, storage, idempotencyKey, requestHash } = ctx;
  if (!identity) throw new AppError("invalid_token");
  const replayable = idempotencyKey !== undefined && requestHash !== undefined;
  const [found, earlier, ...loaded] = await storage.read([
    storage.access.find(identity.memberId, identity.sessionId),
    replayable ? storage.idempotencyKeys.find(identity.memberId, idempotencyKey) : storage.nothing,
    ...reads,
  ]);
  if (!found || found.sessionExpiresAt <= ctx.clock.now().toISOString()) throw new AppError("invalid_token");
  if (found.tenantState !== "active") throw new AppError("tenant_suspended");
  if (earlier && earlier.requestHash !== requestHash) throw new AppError("idempotency_key_reused");
  const access = earlier ? { ...found.access, replay: { result: earlier.result } } : found.access;
  return { access, loaded: loaded as unknown as Answers<Reads> };
}
