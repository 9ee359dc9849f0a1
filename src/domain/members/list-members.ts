import { authorizeMember } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { openCursor, sealCursor } from "../cursors.ts";
import { enter } from "../enter.ts";
import { type WireMember, wireMember } from "./wire-member.ts";

const CURSOR = ["members"];

/** A page of colleagues in the order in which they joined. @throws AppError `invalid_cursor`. */
export async function listMembers(
  ctx: TenantContext,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Promise<{ data: WireMember[]; total: null; next_cursor: string | null }> {
  const after = cursor === undefined ? null : ((await openCursor(ctx, CURSOR, cursor)) as string);
  const { access, loaded } = await enter(ctx, ctx.storage.members.list(after, limit));
  const [found] = loaded;
  authorizeMember(access);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    data: page.map((member) => wireMember(member, access)),
    total: null,
    next_cursor: last ? await sealCursor(ctx, CURSOR, last.id) : null,
  };
}
