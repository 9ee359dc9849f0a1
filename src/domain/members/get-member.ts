import { notFound } from "../../errors.ts";
import { authorizeMember } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireMember, wireMember } from "./wire-member.ts";

/** @throws AppError `not_found`. */
export async function getMember(ctx: TenantContext, { id }: { readonly id: string }): Promise<WireMember> {
  const { access, loaded } = await enter(ctx, ctx.storage.members.find(id));
  const [member] = loaded;
  authorizeMember(access);
  if (!member) throw notFound("member");
  return wireMember(member, access);
}
