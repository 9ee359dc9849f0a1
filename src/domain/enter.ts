import { AppError } from "../errors.ts";
import { secondsFromNow, timestamp } from "../lib/clock.ts";
import type { UsedKey } from "../storage/access.ts";
import type { Answers, Read } from "../storage/database.ts";
import type { Access } from "./access/access.ts";
import { accessOf } from "./access/access-of.ts";
import { callerOf } from "./caller.ts";
import type { TenantContext } from "./context.ts";

/**
 * The first trip of every verb: who is asking, whether the session still stands, and whatever the verb
 * wants to load, all in one batch. A session ended, a member removed or a tenant suspended a moment ago
 * is refused here, and so is a key taken back.
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
    storage.access.find(identity),
    replayable ? storage.idempotencyKeys.find(callerOf(ctx), idempotencyKey) : storage.nothing,
    ...reads,
  ]);
  const isOver = found?.expiresAt != null && found.expiresAt <= timestamp(ctx.clock);
  if (!found || isOver) throw new AppError("invalid_token");
  if (found.tenantState !== "active") throw new AppError("tenant_suspended");
  if (earlier && earlier.requestHash !== requestHash) throw new AppError("idempotency_key_reused");
  if (found.key) noteUse(ctx, found.key);
  const allowed = accessOf(found);
  const access = earlier ? { ...allowed, replay: { result: earlier.result } } : allowed;
  return { access, loaded: loaded as unknown as Answers<Reads> };
}

const USE_NOTED_SECONDS = 3600;

/** When a key was used last, to the hour, so that reads stay reads. */
function noteUse({ storage, clock, writeLater }: TenantContext, { id, lastUsedAt }: UsedKey): void {
  const unlessSince = secondsFromNow(clock, -USE_NOTED_SECONDS);
  if (lastUsedAt !== null && lastUsedAt > unlessSince) return;
  writeLater([storage.apiKeys.touch(id, timestamp(clock), unlessSince)]);
}
