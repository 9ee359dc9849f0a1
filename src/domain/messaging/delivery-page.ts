import type { DeliveryFilter, DeliveryRow } from "../../storage/deliveries.ts";
import type { Access } from "../access/access.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import { openCursor, sealCursor } from "../cursors.ts";
import type { DeliveryStatus } from "./delivery-status.ts";
import { type WireDelivery, wireDelivery } from "./wire-delivery.ts";

export interface DeliveryPage {
  readonly limit: number;
  readonly cursor?: string;
  readonly status?: DeliveryStatus;
  readonly recordId?: string;
  readonly senderId?: string;
}

export interface DeliveryList {
  data: WireDelivery[];
  total: null;
  next_cursor: string | null;
}

/**
 * The reads of a page of deliveries, newest first, and how to show what they find. A page filtered by status
 * or sender may be shorter than asked for and still have a next one: so much is looked through at once.
 * @throws AppError `invalid_cursor`.
 */
export async function deliveryPage(
  ctx: TenantContext,
  { limit, cursor, status, recordId, senderId }: DeliveryPage,
) {
  const { deliveries, nothing } = ctx.storage;
  const binding: Json = ["deliveries", status ?? null, recordId ?? null, senderId ?? null];
  const after = cursor === undefined ? undefined : ((await openCursor(ctx, binding, cursor)) as string);
  const filter: DeliveryFilter = { status, recordId, senderId, after };
  const isNarrowed = status !== undefined || senderId !== undefined;
  return {
    deliveries: deliveries.list(filter, limit + 1),
    windowEnd: isNarrowed ? deliveries.windowEnd(filter) : nothing,

    async show(
      access: Access,
      found: readonly DeliveryRow[],
      windowEnd: string | undefined,
    ): Promise<DeliveryList> {
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1)?.id : windowEnd;
      return {
        data: page.map((delivery) => wireDelivery(delivery, access)),
        total: null,
        next_cursor: last === undefined ? null : await sealCursor(ctx, binding, last),
      };
    },
  };
}
