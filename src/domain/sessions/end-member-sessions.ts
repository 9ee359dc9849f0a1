import { AppError, notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { authorize, authorizePerson } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import type { PlatformContext } from "../context.ts";
import { enter } from "../enter.ts";
import { audited } from "../members/audited-member.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { writeVerb } from "../write-verb.ts";

/**
 * Logs a colleague out everywhere, at once. Only a founder does it to a founder.
 * @throws AppError `forbidden`, `not_found`.
 */
export const endMemberSessions = writeVerb(
  "end_member_sessions",
  async (ctx, { id }: { readonly id: string }, platform: PlatformContext): Promise<null> => {
    const { storage, shard, tenantId } = ctx;
    const { access, loaded } = await enter(ctx, storage.members.find(id));
    const [member] = loaded;
    authorize(access, "users", "manage");
    authorizePerson(ctx, access);
    if (!member) throw notFound("member");
    const isFounder = member.roles.some((role) => role.isFounder);
    if (isFounder && !access.isFounder) throw new AppError("forbidden");
    return decideInShard(platform, "end_sessions", { shard, tenantId, memberId: id }, () =>
      commit(ctx, access, {
        writes: [storage.sessions.revokeAllOf(id, timestamp(ctx.clock))],
        audit: { action: "member.end_sessions", ...audited(member) },
        result: null,
      }),
    );
  },
);
