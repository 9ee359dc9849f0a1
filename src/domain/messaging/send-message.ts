import { AppError } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { seenBy } from "../access/attribute-access.ts";
import { requireHeld } from "../access/require-held.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { type RecordAddress, requireRecord } from "../records/load-record.ts";
import { writeVerb } from "../write-verb.ts";
import { pickAddress, type WantedAddress } from "./pick-address.ts";
import { pickSender } from "./pick-sender.ts";
import { type WireDelivery, wireDelivery } from "./wire-delivery.ts";

export interface Message extends RecordAddress, WantedAddress {
  readonly senderId?: string;
  readonly body: string;
}

/** How many deliveries of a tenant may wait to be sent; more are refused before anything is written. */
export const MAX_UNSETTLED = 10_000;
const RETRY_AFTER_SECONDS = 60;

/**
 * Queues a message to a record's phone number. It stands once this returns; it goes out in the background.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `too_many_requests`.
 */
export const sendMessage = writeVerb("send_message", async (ctx, input: Message): Promise<WireDelivery> => {
  const { storage } = ctx;
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.find(input.entity),
    storage.records.find(input.id),
    storage.senders.list(),
    storage.deliveries.countUnsettled(MAX_UNSETTLED),
  );
  const [foundType, foundRecord, senders, unsettled] = loaded;
  requireEntityType(foundType);
  requireHeld(access, [{ subject: "messages", action: "send", scope: "own" }]);
  const { entityType, record } = requireRecord(access, foundType, foundRecord, "view");
  const address = pickAddress(seenBy(access, entityType), record.data, input, access.tenant.defaultCountry);
  const sender = pickSender(senders, input.senderId);
  if (unsettled >= MAX_UNSETTLED) {
    throw new AppError("too_many_requests", { retryAfter: RETRY_AFTER_SECONDS });
  }

  const delivery = {
    id: ctx.newId(),
    entityTypeId: entityType.id,
    recordId: record.id,
    senderId: sender.id,
    address,
    body: input.body,
    createdAt: timestamp(ctx.clock),
  };
  const result = await commit(ctx, access, {
    entityType,
    records: [record],
    writes: [storage.senders.stillThere(sender.id), storage.deliveries.insert(delivery)],
    result: wireDelivery(
      {
        ...delivery,
        entityTypeName: entityType.name,
        status: "queued",
        attempts: 0,
        providerMessageId: null,
        errorCode: null,
        errorDetail: null,
        updatedAt: delivery.createdAt,
        sentAt: null,
        deliveredAt: null,
      },
      access,
    ),
  });
  ctx.gateways.nudge([delivery.id]);
  return result;
});
