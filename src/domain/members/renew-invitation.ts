import { AppError, notFound } from "../../errors.ts";
import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import type { PlatformContext, TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { writeVerb } from "../write-verb.ts";
import { INVITATION_DAYS } from "./add-member.ts";
import { audited } from "./audited-member.ts";
import { invitationToken } from "./invitation-token.ts";
import { type Invitation, showInvitation } from "./show-invitation.ts";

/**
 * Invites somebody once more, who has not accepted yet: the new link takes the place of the old one and goes out by
 * mail.
 * @throws AppError `forbidden`, `not_found`, `invalid_state` (not invited).
 */
export async function renewInvitation(
  ctx: TenantContext,
  input: { readonly id: string },
  platform: PlatformContext,
): Promise<Invitation> {
  const { id, expires_at } = await decide(ctx, input, platform);
  return showInvitation(platform, id, expires_at);
}

const decide = writeVerb(
  "renew_invitation",
  async (ctx, { id }: { readonly id: string }, platform: PlatformContext) => {
    const { access, loaded } = await enter(ctx, ctx.storage.members.find(id));
    const [member] = loaded;
    authorize(access, "users", "manage");
    if (!member) throw notFound("member");
    if (member.status !== "invited") {
      throw new AppError("invalid_state", { params: { reason: "not_invited" } });
    }
    const expiresAt = secondsFromNow(ctx.clock, INVITATION_DAYS * 24 * 3600);
    const tokenHash = await hashToken(await invitationToken(ctx.secretKey, id, expiresAt));
    const payload = {
      shard: ctx.shard,
      tenantId: ctx.tenantId,
      memberId: id,
      email: member.email,
      passwordHash: null,
      invitation: { tokenHash, expiresAt },
      createdAt: timestamp(ctx.clock),
      mailId: ctx.newId(),
    };
    return decideInShard(platform, "add_member", payload, () =>
      commit(ctx, access, {
        writes: [],
        audit: { action: "member.invite_again", ...audited(member) },
        result: { id, expires_at: expiresAt },
      }),
    );
  },
);
