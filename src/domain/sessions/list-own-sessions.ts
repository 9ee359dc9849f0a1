import { timestamp } from "../../lib/clock.ts";
import { authorizePerson } from "../access/authorize.ts";
import { callerOf } from "../caller.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireSession, wireSession } from "./wire-session.ts";

/** Where one is logged in, the newest first. @throws AppError `forbidden` for API keys. */
export async function listOwnSessions(ctx: TenantContext): Promise<WireSession[]> {
  const { access, loaded } = await enter(ctx, ctx.storage.sessions.list(callerOf(ctx), timestamp(ctx.clock)));
  const [sessions] = loaded;
  const { sessionId } = authorizePerson(ctx, access);
  return sessions.map((session) => wireSession(session, sessionId));
}
