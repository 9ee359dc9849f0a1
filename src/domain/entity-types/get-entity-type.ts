import { callerOf } from "../caller.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { visibleType } from "./reach-type.ts";
import { type WireEntityType, wireEntityType } from "./wire-entity-type.ts";

/** @param id id or name. @throws AppError `not_found`, `forbidden`. */
export async function getEntityType(ctx: TenantContext, { id }: { id: string }): Promise<WireEntityType> {
  const { storage } = ctx;
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.find(id),
    storage.attributeOrders.find(callerOf(ctx), id),
  );
  const [found, order] = loaded;
  return wireEntityType(access, visibleType(access, found), order);
}
