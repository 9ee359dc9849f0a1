import { AppError, notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import type { Write } from "../../storage/database.ts";
import type { MemberRow } from "../../storage/members.ts";
import { authorize } from "../access/authorize.ts";
import type { AuditAction } from "../audit/actions.ts";
import { commit } from "../commit.ts";
import type { PlatformContext } from "../context.ts";
import { enter } from "../enter.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { writeVerb } from "../write-verb.ts";
import { audited, memberFacts } from "./audited-member.ts";
import { type WireMember, wireMember } from "./wire-member.ts";

interface MemberChange {
  readonly id: string;
  /** What is undefined stays. */
  readonly fullName?: string | null;
  readonly status?: "active" | "deactivated";
}

/**
 * Renames a colleague, or lets them in no longer, or again. Who is deactivated is out at once and cannot log in; their
 * records stay theirs, and so do their roles. Only a founder deactivates a founder, and never the last one.
 * @throws AppError `forbidden`, `not_found`, `invalid_state`.
 */
export const updateMember = writeVerb(
  "update_member",
  async (ctx, { id, fullName, status }: MemberChange, platform: PlatformContext): Promise<WireMember> => {
    const { storage, shard, tenantId } = ctx;
    const { members, sessions } = storage;
    const { access, loaded } = await enter(ctx, members.find(id), members.hasOtherFounder(id));
    const [member, otherFounder] = loaded;
    authorize(access, "users", "manage");
    if (!member) throw notFound("member");
    const now = timestamp(ctx.clock);
    const writes: Write[] = fullName === undefined ? [] : members.rename(id, fullName, now);
    const changed = {
      ...member,
      ...(fullName !== undefined && { fullName }),
      ...(status !== undefined && { status }),
    };
    const finish = () =>
      commit(ctx, access, {
        writes,
        audit: {
          action: actionOf(member, changed),
          ...audited(changed),
          before: memberFacts(member),
          after: memberFacts(changed),
        },
        result: wireMember(changed, access),
      });
    if (status === undefined || status === member.status) return finish();

    if (member.status === "invited") throw new AppError("invalid_state", { params: { reason: "invited" } });
    const isFounder = member.roles.some((role) => role.isFounder);
    if (isFounder && !access.isFounder) throw new AppError("forbidden");
    writes.push(...members.setStatus(id, status, now));
    if (status === "active") return finish();
    if (isFounder && !otherFounder) {
      throw new AppError("invalid_state", { params: { reason: "last_founder" } });
    }
    writes.push(sessions.revokeAllOf(id, now));
    return decideInShard(platform, "end_sessions", { shard, tenantId, memberId: id }, finish);
  },
);

function actionOf(before: MemberRow, after: MemberRow): AuditAction {
  if (before.status === after.status) return "member.rename";
  return after.status === "active" ? "member.reactivate" : "member.deactivate";
}
