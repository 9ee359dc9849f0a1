import { requireHeld } from "../access/require-held.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { type RecordAddress, requireRecord } from "../records/load-record.ts";
import { type DeliveryList, type DeliveryPage, deliveryPage } from "./delivery-page.ts";

/**
 * A page of the messages to one record, newest first.
 * @throws AppError `not_found`, `forbidden`, `invalid_cursor`.
 */
export async function listRecordMessages(
  ctx: TenantContext,
  { entity, id, limit, cursor }: RecordAddress & Pick<DeliveryPage, "limit" | "cursor">,
): Promise<DeliveryList> {
  const { storage } = ctx;
  const page = await deliveryPage(ctx, { limit, cursor, recordId: id });
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.find(entity),
    storage.records.find(id),
    page.deliveries,
    page.windowEnd,
  );
  const [entityType, record, ...found] = loaded;
  requireEntityType(entityType);
  requireHeld(access, [{ subject: "messages", action: "view", scope: "own" }]);
  requireRecord(access, entityType, record, "view");
  return page.show(access, ...found);
}
