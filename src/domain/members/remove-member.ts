import { AppError, notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import type { PlatformContext } from "../context.ts";
import { enter } from "../enter.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { writeVerb } from "../write-verb.ts";
import { audited, memberFacts } from "./audited-member.ts";

/**
 * Ends a membership: access tokens are dead at once, the account follows. The records that name the member stay
 * as they are. Only a founder removes a founder, and never the last one.
 * @throws AppError `forbidden`, `not_found`, `invalid_state`.
 */
export const removeMember = writeVerb(
  "remove_member",
  async (ctx, { id }: { readonly id: string }, platform: PlatformContext): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.members.find(id),
      storage.members.hasOtherFounder(id),
    );
    const [member, otherFounder] = loaded;
    authorize(access, "users", "manage");
    if (!member) throw notFound("member");
    const isFounder = member.roles.some((role) => role.isFounder);
    if (isFounder && !access.isFounder) throw new AppError("forbidden");
    if (isFounder && !otherFounder) {
      throw new AppError("invalid_state", { params: { reason: "last_founder" } });
    }
    const payload = { shard: ctx.shard, tenantId: ctx.tenantId, memberId: id };
    return decideInShard(platform, "remove_member", payload, () => {
      const now = timestamp(ctx.clock);
      return commit(ctx, access, {
        writes: [
          storage.members.remove(id, now),
          ...storage.members.setRoles(id, []),
          storage.sessions.revokeAllOf(id, now),
          storage.apiKeys.deleteAllOf(id),
          storage.tenants.raiseRightsVersion(),
        ],
        audit: { action: "member.remove", ...audited(member), before: memberFacts(member) },
        result: null,
      });
    });
  },
);
