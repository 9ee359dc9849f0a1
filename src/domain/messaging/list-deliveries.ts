import { authorize } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type DeliveryList, type DeliveryPage, deliveryPage } from "./delivery-page.ts";

/** A page of the tenant's deliveries, newest first. @throws AppError `forbidden`, `invalid_cursor`. */
export async function listDeliveries(ctx: TenantContext, input: DeliveryPage): Promise<DeliveryList> {
  const page = await deliveryPage(ctx, input);
  const { access, loaded } = await enter(ctx, page.deliveries, page.windowEnd);
  authorize(access, "messages", "view");
  return page.show(access, ...loaded);
}
