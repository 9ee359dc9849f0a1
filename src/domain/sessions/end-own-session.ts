import { notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { authorizePerson } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import type { PlatformContext } from "../context.ts";
import { enter } from "../enter.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { writeVerb } from "../write-verb.ts";

/**
 * Logs out somewhere else, or here: the session's access tokens and refresh tokens are dead when this returns.
 * @throws AppError `forbidden` for API keys, `not_found`.
 */
export const endOwnSession = writeVerb(
  "end_own_session",
  async (ctx, { id }: { readonly id: string }, platform: PlatformContext): Promise<null> => {
    const { storage, shard, tenantId } = ctx;
    const now = timestamp(ctx.clock);
    const { access, loaded } = await enter(ctx, storage.sessions.find(id, now));
    const [session] = loaded;
    authorizePerson(ctx, access);
    if (session?.memberId !== access.member.id) throw notFound("session");
    const payload = { shard, tenantId, sessionId: id };
    return decideInShard(platform, "end_session", payload, () =>
      commit(ctx, access, { writes: [storage.sessions.revoke(id, now)], result: null }),
    );
  },
);
