import { AppError, notFound } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import { requireRolesHeld } from "../access/require-roles-held.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { pickRoles } from "../roles/pick-roles.ts";
import { writeVerb } from "../write-verb.ts";
import { audited, memberFacts } from "./audited-member.ts";
import { type WireMember, wireMember } from "./wire-member.ts";

interface MemberRoles {
  readonly id: string;
  readonly roleIds: readonly string[];
}

/**
 * Replaces a member's roles, who feels it on the next request. Nobody gives or takes more than they hold, and
 * the last founder stays one.
 * @throws AppError `forbidden`, `not_found`, `invalid_input` (unknown role), `invalid_state`.
 */
export const setMemberRoles = writeVerb(
  "set_member_roles",
  async (ctx, { id, roleIds }: MemberRoles): Promise<WireMember> => {
    const { members, roles, tenants } = ctx.storage;
    const { access, loaded } = await enter(ctx, members.find(id), roles.list(), members.hasOtherFounder(id));
    const [member, all, otherFounder] = loaded;
    authorize(access, "roles", "manage");
    if (!member) throw notFound("member");
    const wanted = pickRoles(roleIds, all);
    const held = all.filter((role) => member.roles.some((own) => own.id === role.id));
    requireRolesHeld(
      access,
      all.filter((role) => wanted.includes(role) !== held.includes(role)),
    );
    const isFounder = held.some((role) => role.isFounder);
    const staysFounder = wanted.some((role) => role.isFounder);
    if (isFounder && !staysFounder && !otherFounder) {
      throw new AppError("invalid_state", { params: { reason: "last_founder" } });
    }
    return commit(ctx, access, {
      writes: [
        ...members.setRoles(
          id,
          wanted.map((role) => role.id),
        ),
        tenants.raiseRightsVersion(),
      ],
      audit: {
        action: "member.set_roles",
        ...audited(member),
        before: memberFacts(member),
        after: memberFacts({ ...member, roles: wanted }),
      },
      result: wireMember({ ...member, roles: wanted }, access),
    });
  },
);
