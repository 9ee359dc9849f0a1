import { AppError, notFound } from "../../errors.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { maySee } from "../entity-types/entity-type.ts";
import { authorizeAnySight } from "../entity-types/reach-type.ts";
import { type WireSelectList, wireSelectList } from "./wire-select-list.ts";

/**
 * A shared list, or the private list of an attribute that the caller may see.
 * @throws AppError `not_found`, `forbidden`.
 */
export async function getSelectList(ctx: TenantContext, { id }: { id: string }): Promise<WireSelectList> {
  const { storage } = ctx;
  const { access, loaded } = await enter(
    ctx,
    storage.selectLists.find(id),
    storage.selectLists.users(id),
    storage.entityTypes.names(),
  );
  const [list, users, types] = loaded;
  authorizeAnySight(access, types);
  if (!list) throw notFound("select_list");
  const isHidden =
    list.name === null && !users.some(({ entityTypeId }) => maySee(access, { id: entityTypeId }));
  if (isHidden) throw new AppError("forbidden", { params: { action: "view" } });
  return wireSelectList(list);
}
