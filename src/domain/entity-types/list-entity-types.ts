import { callerOf } from "../caller.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { maySee } from "./entity-type.ts";
import { authorizeAnySight } from "./reach-type.ts";
import { type WireEntityType, wireEntityType } from "./wire-entity-type.ts";

/** The entity types that the caller may see, oldest first. @throws AppError `forbidden` when there can be none. */
export async function listEntityTypes(ctx: TenantContext): Promise<WireEntityType[]> {
  const { storage } = ctx;
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.list(),
    storage.attributeOrders.list(callerOf(ctx)),
  );
  const [types, orders] = loaded;
  authorizeAnySight(access, types);
  return types
    .filter((type) => maySee(access, type))
    .map((type) => wireEntityType(access, type, orders.get(type.id)));
}
