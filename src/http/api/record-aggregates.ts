import { BUCKETS, METRICS } from "../../domain/record-query/checked-aggregate.ts";
import { aggregateRecords } from "../../domain/records/aggregate-records.ts";
import { groupRecords } from "../../domain/records/group-records.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { filtersSchema } from "./record-lists.ts";
import { entityParam } from "./records.ts";
import { idSchema } from "./schemas.ts";

const BUCKET =
  "For dates and times, in the company's time zone: day `2025-09-01`, week (its Monday), month `2025-09`, quarter " +
  "`2025-Q3`, year `2025`. Moments are put into days unless it is given.";

const bucket = z.enum(BUCKETS).optional().openapi({ description: BUCKET });
const name = z.string().min(1).max(100);

const groupKey = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.strictObject({ id: idSchema, full_name: z.string().nullable() }),
  ])
  .openapi("GroupKey", { description: "The value as records show it; null for blank." });

const operation = {
  tag: "Records",
  permission: "{entity}:view",
  errors: ["query_too_expensive"],
} as const;

const groupBy = memberEndpoint({
  ...operation,
  method: "get",
  path: "/api/data/{entity}/group-by/{attribute}",
  operationId: "groupRecords",
  summary: "Count records by the values of an attribute",
  description:
    "The most frequent value first, at most 1,000 values. Texts that differ in case only are one value.",
  params: entityParam.extend({
    attribute: z
      .string()
      .max(200)
      .openapi({ description: "Name of an attribute, or of a system field.", example: "lead_status" }),
  }),
  query: z.strictObject({
    bucket,
    filters: z.string().optional().openapi({ description: "JSON text, as for lists." }),
    _source: z.unknown().optional().openapi({ deprecated: true }),
    tenant_id: z.unknown().optional().openapi({ deprecated: true }),
  }),
  answers: {
    200: {
      description: "The groups.",
      schema: z.array(z.strictObject({ group_key: groupKey, count: z.int() })).openapi("RecordGroups"),
    },
  },
  async handle({ ctx, params, query }) {
    const { filters, bucket: wanted } = query;
    return { status: 200, body: await groupRecords(ctx, { ...params, filters, bucket: wanted }) };
  },
});

const aggregate = memberEndpoint({
  ...operation,
  method: "post",
  path: "/api/data/{entity}/aggregate",
  operationId: "aggregateRecords",
  summary: "Figures of records, by group",
  description:
    "`count`, `sum`, `avg`, `min` and `max` of records that pass `filters`, for each group of `group_by` (attribute " +
    "names, or `{attribute, bucket}`). Sums of whole numbers and of money are exact up to 2⁵³, others have 15 sure " +
    "digits; averages of money are rounded to its smallest unit. Blanks are left out of figures and are a group of " +
    "their own. At most 1,000 groups; `truncated` tells that there are more.",
  params: entityParam,
  body: z
    .strictObject({
      group_by: z
        .array(z.union([name, z.strictObject({ attribute: name, bucket })]))
        .max(4)
        .default([]),
      metrics: z
        .array(z.strictObject({ function: z.enum(METRICS), attribute: name.optional() }))
        .min(1)
        .max(20),
      filters: filtersSchema.optional(),
      _source: z.unknown().optional(),
    })
    .openapi("Aggregate", {
      example: {
        group_by: ["lead_status", { attribute: "created_at", bucket: "month" }],
        metrics: [{ function: "count" }, { function: "sum", attribute: "revenue" }],
      },
    }),
  bodyDepth: 20,
  answers: {
    200: {
      description: "The groups in the order of their keys; one when nothing is grouped by.",
      schema: z
        .strictObject({
          data: z.array(
            z.strictObject({
              group_keys: z.array(groupKey).openapi({ description: "In the order of `group_by`." }),
              values: z
                .array(z.union([z.string(), z.number(), z.null()]))
                .openapi({ description: "In the order of `metrics`." }),
            }),
          ),
          truncated: z.boolean(),
        })
        .openapi("AggregateResult"),
    },
  },
  async handle({ ctx, params, body }) {
    const groups = body.group_by.map((group) => (typeof group === "string" ? { attribute: group } : group));
    const input = { ...params, groupBy: groups, metrics: body.metrics, filters: body.filters };
    return { status: 200, body: await aggregateRecords(ctx, input) };
  },
});

export const recordAggregateEndpoints = [groupBy, aggregate];
