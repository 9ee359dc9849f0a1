import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import { hashPassword } from "../../lib/crypto/password.ts";
import { authorize, authorizePerson } from "../access/authorize.ts";
import { requireRolesHeld } from "../access/require-roles-held.ts";
import { commit } from "../commit.ts";
import type { PlatformContext, TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { checkPassword } from "../passwords/check-password.ts";
import { pickRoles } from "../roles/pick-roles.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { writeVerb } from "../write-verb.ts";
import { audited, memberFacts } from "./audited-member.ts";
import { normaliseEmail } from "./email.ts";
import { invitationToken } from "./invitation-token.ts";
import { type Invitation, showInvitation } from "./show-invitation.ts";
import { type WireMember, wireMember } from "./wire-member.ts";

export const INVITATION_DAYS = 7;

interface NewMember {
  readonly email: string;
  readonly fullName: string | null;
  /** Without one the member is invited. */
  readonly password: string | null;
  readonly roleIds: readonly string[];
}

type AddedMember = WireMember & { invitation?: Invitation };
type StoredResult = WireMember & { invitation?: { expires_at: string } };

/**
 * Adds a colleague, who can log in at once with the given password, or else by accepting an invitation, which they
 * get by mail. An address that has an account elsewhere is answered like any other: whose it is, is nobody's business
 * here; its owner is told.
 * @throws AppError `forbidden`, `invalid_input` (unknown role, bad password), `email_taken` (in this very tenant).
 */
export async function addMember(
  ctx: TenantContext,
  input: NewMember,
  platform: PlatformContext,
): Promise<AddedMember> {
  const { invitation, ...member } = await decide(ctx, input, platform);
  if (!invitation) return member;
  return { ...member, invitation: await showInvitation(platform, member.id, invitation.expires_at) };
}

const decide = writeVerb(
  "add_member",
  async (ctx, input: NewMember, platform: PlatformContext): Promise<StoredResult> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.roles.list());
    const [roles] = loaded;
    authorize(access, "users", "manage");
    if (input.roleIds.length > 0) authorize(access, "roles", "manage");
    const given = pickRoles(input.roleIds, roles);
    requireRolesHeld(access, given);

    const createdAt = timestamp(ctx.clock);
    const email = normaliseEmail(input.email);
    if (input.password !== null) {
      authorizePerson(ctx, access);
      checkPassword("password", input.password, email);
    }
    const member = {
      id: ctx.newId(),
      email,
      fullName: input.fullName,
      status: input.password === null ? ("invited" as const) : ("active" as const),
      createdAt,
      roles: given,
    };
    const passwordHash = input.password === null ? null : await hashPassword(input.password);
    const expiresAt = secondsFromNow(ctx.clock, INVITATION_DAYS * 24 * 3600);
    const tokenHash = await hashToken(await invitationToken(ctx.secretKey, member.id, expiresAt));
    const invitation = passwordHash === null ? { tokenHash, expiresAt } : null;
    const { shard, tenantId } = ctx;
    const payload = {
      shard,
      tenantId,
      memberId: member.id,
      email,
      passwordHash,
      invitation,
      createdAt,
      mailId: ctx.newId(),
    };
    return decideInShard(platform, "add_member", payload, () =>
      commit(ctx, access, {
        writes: [
          storage.members.insert(member),
          ...storage.members.setRoles(
            member.id,
            given.map(({ id }) => id),
          ),
        ],
        audit: { action: "member.add", ...audited(member), after: memberFacts(member) },
        result: {
          ...wireMember(member, access),
          ...(invitation && { invitation: { expires_at: expiresAt } }),
        },
        taken: { members: "email_taken" },
      }),
    );
  },
);
