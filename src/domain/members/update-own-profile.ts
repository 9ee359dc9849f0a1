import { timestamp } from "../../lib/clock.ts";
import { authorizeMember } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { audited } from "./audited-member.ts";
import { type WireProfile, wireProfile } from "./wire-profile.ts";

/** Everybody may say what they are called. */
export const updateOwnProfile = writeVerb(
  "update_own_profile",
  async (ctx, { fullName }: { readonly fullName: string | null }): Promise<WireProfile> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.entityTypes.names());
    const [types] = loaded;
    authorizeMember(access);
    const renamed = { ...access, member: { ...access.member, fullName } };
    return commit(ctx, access, {
      writes: storage.members.rename(access.member.id, fullName, timestamp(ctx.clock)),
      audit: {
        action: "member.rename",
        ...audited(access.member),
        before: { full_name: access.member.fullName },
        after: { full_name: fullName },
      },
      result: wireProfile(ctx, renamed, types),
    });
  },
);
