import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type RecordAddress, requireRecord } from "./load-record.ts";
import { showRecord } from "./show-records.ts";
import type { WireRecord } from "./wire-record.ts";
import { withCan } from "./with-can.ts";

/** @throws AppError `not_found`, `forbidden`. */
export async function getRecord(
  ctx: TenantContext,
  { entity, id, include }: RecordAddress & { readonly include?: "can" },
): Promise<WireRecord> {
  const { storage } = ctx;
  const { access, loaded } = await enter(ctx, storage.entityTypes.find(entity), storage.records.find(id));
  const { entityType, record } = requireRecord(access, ...loaded, "view");
  const shown = await showRecord(ctx, access, entityType, record);
  return include ? withCan(access, entityType.id, shown) : shown;
}
