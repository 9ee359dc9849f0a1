import { moveRecord } from "../../domain/records/move-record.ts";
import { orderRecords } from "../../domain/records/order-records.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { entityParam, sourceQuery } from "./records.ts";
import { idSchema } from "./schemas.ts";

const EXAMPLE = "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e";

const sentId = z.string().max(200);
const sentIds = z.array(sentId).min(1).max(1000);

const order = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}/order",
  operationId: "orderRecords",
  tag: "Records",
  permission: "{entity}:edit",
  summary: "Put records in an order",
  description:
    "The records, up to 1,000, change places among themselves so that they stand in the order given; all others stay " +
    "where they are. Ids that are not there are passed over. `entity_ids` is what old clients call `record_ids`.",
  params: entityParam,
  query: sourceQuery,
  body: z
    .strictObject({
      record_ids: sentIds.optional(),
      entity_ids: sentIds.optional().openapi({ deprecated: true }),
      _source: z.unknown().optional(),
    })
    .refine(({ record_ids, entity_ids }) => record_ids !== undefined || entity_ids !== undefined, {
      path: ["record_ids"],
      params: { code: "required" },
    })
    .openapi("RecordOrder", { example: { record_ids: [EXAMPLE] } }),
  answers: {
    200: {
      description: "The records that were put in order.",
      schema: z
        .strictObject({ status: z.literal("ok"), ordered_ids: z.array(idSchema) })
        .openapi("OrderedRecords"),
    },
  },
  async handle({ ctx, params, body }) {
    const ids = body.record_ids ?? body.entity_ids ?? [];
    return { status: 200, body: await orderRecords(ctx, { ...params, ids }) };
  },
});

const move = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}/position",
  operationId: "moveRecord",
  tag: "Records",
  permission: "{entity}:edit",
  summary: "Move a record",
  description:
    "To right after the record `after_id`, or right before the record `before_id`; with both, `after_id` has to come " +
    "first. No other record is written, however long the table is. The record gets a new version.",
  params: entityParam,
  query: sourceQuery,
  body: z
    .strictObject({
      record_id: sentId,
      before_id: sentId.nullish(),
      after_id: sentId.nullish(),
      _source: z.unknown().optional(),
    })
    .openapi("RecordMove", { example: { record_id: EXAMPLE, after_id: EXAMPLE } }),
  answers: {
    200: {
      description: "Where the record stands now.",
      headers: { ETag: "The record's version, for If-Match." },
      schema: z
        .strictObject({
          id: idSchema,
          position: z.string().openapi({ description: "Byte order is row order." }),
          new_position: z.string().openapi({ deprecated: true, description: "The same, for old clients." }),
          version: z.int(),
        })
        .openapi("MovedRecord"),
    },
  },
  async handle({ ctx, params, body }) {
    const moved = await moveRecord(ctx, {
      ...params,
      recordId: body.record_id,
      beforeId: body.before_id ?? undefined,
      afterId: body.after_id ?? undefined,
    });
    return { status: 200, body: moved, headers: { etag: `"${moved.version}"` } };
  },
});

export const recordOrderEndpoints = [order, move];
