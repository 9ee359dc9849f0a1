import { notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { authorize, authorizePerson } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireSession, wireSession } from "./wire-session.ts";

/** Where a colleague is logged in, the newest first. @throws AppError `forbidden`, `not_found`. */
export async function listMemberSessions(
  ctx: TenantContext,
  { id }: { readonly id: string },
): Promise<WireSession[]> {
  const { members, sessions } = ctx.storage;
  const { access, loaded } = await enter(ctx, members.find(id), sessions.list(id, timestamp(ctx.clock)));
  const [member, found] = loaded;
  authorize(access, "users", "manage");
  const { sessionId } = authorizePerson(ctx, access);
  if (!member) throw notFound("member");
  return found.map((session) => wireSession(session, sessionId));
}
