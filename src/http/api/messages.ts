import { DELIVERY_STATUSES } from "../../domain/messaging/delivery-status.ts";
import { getDelivery } from "../../domain/messaging/get-delivery.ts";
import { listDeliveries } from "../../domain/messaging/list-deliveries.ts";
import { listRecordMessages } from "../../domain/messaging/list-record-messages.ts";
import { sendMessage } from "../../domain/messaging/send-message.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { entityParam } from "./records.ts";
import { idParam, idSchema, listSchema, pageQuery, timestampSchema } from "./schemas.ts";

const tag = "Messages";
const recordParams = entityParam.extend({ id: z.string().max(200).openapi({ format: "uuid" }) });

const deliverySchema = z
  .strictObject({
    id: idSchema,
    campaign_id: idSchema.nullable(),
    entity_type: z.string().nullable().openapi({
      description: "Name of the record's entity type; null once that has been deleted.",
    }),
    record_id: idSchema,
    sender_id: idSchema,
    address: z.string().nullable().openapi({
      description: "E.164; like `body`, null for who may not view the records.",
      example: "+79123456789",
    }),
    body: z.string().nullable(),
    status: z.enum(DELIVERY_STATUSES).openapi({
      description:
        "`queued` → `calling` (the provider) → `sent` → `delivered` → `read`; `failed`; `unknown` when the answer " +
        "was lost: such a message may have gone out and is never sent again by itself.",
    }),
    attempts: z.int(),
    provider_message_id: z.string().optional(),
    error: z
      .strictObject({ code: z.string(), detail: z.string() })
      .optional()
      .openapi({ description: "What went wrong, in the provider's words where it used any." }),
    created_at: timestampSchema,
    updated_at: timestampSchema,
    sent_at: timestampSchema.optional(),
    delivered_at: timestampSchema.optional(),
  })
  .openapi("Delivery");

const deliveryList = listSchema("DeliveryList", deliverySchema);

const send = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}/{id}/messages",
  operationId: "sendMessage",
  tag,
  permission: "messages:send` and `{entity}:view",
  summary: "Send a message to a record",
  description:
    "Answers at once; the message goes out in the background, and GET /api/deliveries/{id} tells how it fared. " +
    "It goes to the record's first phone number, to the one in `to_attribute`, or to the number in `to`. Without " +
    "`sender_id` the only sender that can send is used; the sandbox steps back for a real one.",
  params: recordParams,
  body: z
    .strictObject({
      sender_id: z.string().max(200).optional().openapi({ format: "uuid" }),
      body: z
        .string()
        .max(4096)
        .refine((text) => text.trim() !== "", { params: { code: "required" } })
        .openapi({ minLength: 1 }),
      to_attribute: z.string().max(200).optional(),
      to: z.string().max(64).optional(),
    })
    .openapi("Message", { example: { body: "Здравствуйте! Ваш заказ готов." } }),
  answers: {
    202: {
      description: "The delivery, waiting to be sent.",
      schema: deliverySchema,
      headers: { Location: "Where the delivery is." },
    },
  },
  async handle({ ctx, params, body }) {
    const delivery = await sendMessage(ctx, {
      ...params,
      senderId: body.sender_id,
      body: body.body,
      toAttribute: body.to_attribute,
      to: body.to,
    });
    return { status: 202, body: delivery, headers: { location: `/api/deliveries/${delivery.id}` } };
  },
});

const ofRecord = memberEndpoint({
  method: "get",
  path: "/api/data/{entity}/{id}/messages",
  operationId: "listRecordMessages",
  tag,
  permission: "messages:view` and `{entity}:view",
  summary: "List a record's messages",
  description: "The messages to one record, newest first. `total` is always null.",
  params: recordParams,
  query: z.strictObject(pageQuery),
  answers: { 200: { description: "A page of deliveries.", schema: deliveryList } },
  errors: ["invalid_cursor"],
  async handle({ ctx, params, query }) {
    return { status: 200, body: await listRecordMessages(ctx, { ...params, ...query }) };
  },
});

const list = memberEndpoint({
  method: "get",
  path: "/api/deliveries",
  operationId: "listDeliveries",
  tag,
  permission: "messages:view",
  summary: "List deliveries",
  description:
    "Newest first. A page filtered by `status` or `sender_id` may be shorter than `limit`, or empty, and still " +
    "have a `next_cursor`: go on until there is none. `total` is always null.",
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(DELIVERY_STATUSES).optional(),
    record_id: z.string().max(200).optional().openapi({ format: "uuid" }),
    sender_id: z.string().max(200).optional().openapi({ format: "uuid" }),
  }),
  answers: { 200: { description: "A page of deliveries.", schema: deliveryList } },
  errors: ["invalid_cursor"],
  async handle({ ctx, query: { record_id: recordId, sender_id: senderId, ...page } }) {
    return { status: 200, body: await listDeliveries(ctx, { ...page, recordId, senderId }) };
  },
});

const get = memberEndpoint({
  method: "get",
  path: "/api/deliveries/{id}",
  operationId: "getDelivery",
  tag,
  permission: "messages:view",
  summary: "Get a delivery",
  description: "One message to one recipient, and how it fared.",
  params: idParam,
  answers: { 200: { description: "The delivery.", schema: deliverySchema } },
  async handle({ ctx, params }) {
    return { status: 200, body: await getDelivery(ctx, params) };
  },
});

export const messageEndpoints = [send, ofRecord, list, get];
