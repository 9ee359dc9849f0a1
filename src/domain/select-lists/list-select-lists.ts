import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { authorizeAnySight } from "../entity-types/reach-type.ts";
import { type WireSelectList, wireSelectList } from "./wire-select-list.ts";

/** The shared lists, by name. @throws AppError `forbidden` for those who may see no table at all. */
export async function listSelectLists(ctx: TenantContext): Promise<WireSelectList[]> {
  const { storage } = ctx;
  const { access, loaded } = await enter(ctx, storage.selectLists.list(), storage.entityTypes.names());
  const [lists, types] = loaded;
  authorizeAnySight(access, types);
  return lists.map(wireSelectList);
}
