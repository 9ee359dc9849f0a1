import { authorize } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { enterType } from "../entity-types/enter-type.ts";
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
  const { access, entityType, loaded } = await enterType(ctx, entity, async (mayBe, type) => {
    authorize(mayBe, type.id, "view");
    return { plan: undefined, reads: [storage.records.find(id, type.attributes)] };
  });
  const { record } = requireRecord(access, entityType, ...loaded, "view");
  const shown = await showRecord(ctx, access, entityType, record);
  return include ? withCan(access, entityType.id, shown) : shown;
}
