import { notFound } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireDelivery, wireDelivery } from "./wire-delivery.ts";

/** @throws AppError `forbidden`, `not_found`. */
export async function getDelivery(
  ctx: TenantContext,
  { id }: { readonly id: string },
): Promise<WireDelivery> {
  const { access, loaded } = await enter(ctx, ctx.storage.deliveries.find(id));
  const [delivery] = loaded;
  authorize(access, "messages", "view");
  if (!delivery) throw notFound("delivery");
  return wireDelivery(delivery, access);
}
