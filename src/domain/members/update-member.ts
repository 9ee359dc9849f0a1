import { notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { type WireMember, wireMember } from "./wire-member.ts";

interface MemberChange {
  readonly id: string;
  readonly fullName: string | null;
}

/** @throws AppError `forbidden`, `not_found`. */
export const updateMember = writeVerb(
  "update_member",
  async (ctx, { id, fullName }: MemberChange): Promise<WireMember> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.members.find(id));
    const [member] = loaded;
    authorize(access, "users", "manage");
    if (!member) throw notFound("member");
    return commit(ctx, access, {
      writes: storage.members.rename(id, fullName, timestamp(ctx.clock)),
      result: wireMember({ ...member, fullName }, access),
    });
  },
);
