import { listRecords } from "../../domain/records/list-records.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { includeSchema, recordSchema } from "./record-schema.ts";
import { entityParam } from "./records.ts";
import { listSchema } from "./schemas.ts";

const FILTERS =
  "A condition `{field, op, value}`, a list of them (all must hold), or `{and: []}`, `{or: []}` and `{not: …}` in each " +
  "other: up to 8 deep, 50 conditions. `op` is `eq` unless given; which there are depends on the field's kind: " +
  "`eq neq in not_in blank not_blank`; numbers, dates and times also `gt gte lt lte between`; texts `contains " +
  "not_contains starts_with ends_with`; dates and times `is is_not is_before is_after is_on_or_before " +
  "is_on_or_after is_within`; multiselects only `has_any has_all has_none blank not_blank`, with a list. Case, ё and diacritics do not matter. Dates take `today`, `yesterday`, `tomorrow`, " +
  "`one_week_ago`, `one_month_from_now`, `this_week`, `last_month`, `this_quarter`, `last_year`, `{days_ago: 7}` " +
  "and `{type: number_of_days_ago, amount: 7}`, in the company's time zone; users take `$me`. `neq`, `is_not`, " +
  "`not_in` and `not_contains` find blanks, too. System fields: `id`, `created_at`, `updated_at`, `created_by`, " +
  "`owner_id`. Relations have `eq neq in not_in` (one link) or `has_any has_all has_none` (several), with ids of records, " +
  "and `blank not_blank`. `company.city` is a field of what the relation `company` leads to, one relation away at most: " +
  "blank where there is no link; of several links, one has to fulfil the condition.";
const SEARCH =
  "Words that the texts of a record hold, in any order and in any of its fields: one or two letters at the start of a " +
  "word, three or more anywhere in it. Case, ё and diacritics do not matter; phone numbers are found by their digits. " +
  "The newest first unless a sort is asked for.";
const SEARCH_FIELDS = "The attributes that `q` looks in; all texts, addresses and numbers unless given.";
const SORT =
  "Up to 4 fields, `-` in front for descending: `-amount,name`. Blanks are lowest. Default: `position`, a new record first.";
const COUNT =
  "`exact` counts a filtered list, which costs as much as reading it; unfiltered totals are free.";
const TRASH = "Deleted records instead, the last deleted first; needs the permission to delete.";
const LIMIT = "1–200, 50 unless given. Higher values are served as 200.";
const SKIP =
  "How many records to pass over; for old clients, up to 10,000. `cursor` costs nothing at any depth.";
const FIELDS = "The attributes to show; system fields are always there.";
const CURSOR = "`next_cursor` of the page before, with the same filters and sort.";

/** What is wrong with a filter the verb says, with its path. */
export const filtersSchema = z.unknown().openapi("RecordFilters", { description: FILTERS });

const MOST_SKIPPED = 10_000;
const order = z.enum(["asc", "desc"]);
/** Four keys of up to 200 characters, in base64. */
const cursor = z.string().max(8000).optional().openapi({ description: CURSOR });
const count = z.enum(["exact"]).optional().openapi({ description: COUNT });
/** What the Python server's clients send along; it means nothing here. */
const ignored = z.unknown().optional().openapi({ deprecated: true });

const listQuery = z.strictObject({
  q: z.string().optional().openapi({ description: SEARCH }),
  search_fields: z
    .string()
    .optional()
    .openapi({ description: `A comma list. ${SEARCH_FIELDS}` }),
  filters: z
    .string()
    .optional()
    .openapi({ description: `JSON text. ${FILTERS}` }),
  sort: z.string().optional().openapi({ description: SORT }),
  sort_by: z.string().optional().openapi({ deprecated: true, description: "One field; use `sort`." }),
  sort_order: z.literal("").or(order).optional().openapi({ deprecated: true }),
  limit: z.coerce.number().int().min(1).optional().openapi({ description: LIMIT }),
  cursor,
  skip: z.coerce.number().int().min(0).max(MOST_SKIPPED).optional().openapi({ description: SKIP }),
  count,
  fields: z
    .string()
    .optional()
    .openapi({ description: `A comma list. ${FIELDS}` }),
  trash: z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .optional()
    .openapi({ description: TRASH }),
  include: includeSchema,
  _source: ignored,
  tenant_id: ignored,
});

const listBody = z
  .strictObject({
    q: z.string().nullish().openapi({ description: SEARCH }),
    search_fields: z
      .union([z.string(), z.array(z.unknown()), z.null()])
      .optional()
      .openapi({ description: `A list, or a comma list. ${SEARCH_FIELDS}` }),
    filters: filtersSchema.optional(),
    sort: z
      .union([z.string(), z.array(z.unknown()), z.null()])
      .optional()
      .openapi({ description: `${SORT} Or a list of \`{field, order}\`.` }),
    sort_by: z.string().nullish().openapi({ deprecated: true }),
    sort_order: order.nullish().openapi({ deprecated: true }),
    limit: z.int().min(1).optional().openapi({ description: LIMIT }),
    cursor,
    skip: z.int().min(0).max(MOST_SKIPPED).optional().openapi({ description: SKIP }),
    count,
    fields: z
      .union([z.string(), z.array(z.unknown()), z.null()])
      .optional()
      .openapi({ description: `A list, or a comma list. ${FIELDS}` }),
    trash: z.boolean().optional().openapi({ description: TRASH }),
    include: includeSchema,
    _source: ignored,
  })
  .openapi("RecordQuery", {
    example: {
      filters: {
        and: [
          { field: "organization_name", op: "contains", value: "Acme" },
          { not: { field: "email", op: "blank" } },
        ],
      },
      sort: "-revenue,organization_name",
      limit: 50,
    },
  });

const operation = {
  tag: "Records",
  permission: "{entity}:view",
  params: entityParam,
  answers: {
    200: { description: "A page of records.", schema: listSchema("RecordList", recordSchema) },
  },
  errors: ["invalid_cursor", "query_too_expensive"],
} as const;

const list = memberEndpoint({
  ...operation,
  method: "get",
  path: "/api/data/{entity}",
  operationId: "listRecords",
  summary: "List records",
  description:
    "A page of the table: filtered, sorted, by cursor. `total` is null where it is not known for free; ask with " +
    "`count=exact`.",
  query: listQuery,
  async handle({ ctx, params, query }) {
    const { _source, tenant_id, ...input } = query;
    return { status: 200, body: await listRecords(ctx, { ...params, ...input }) };
  },
});

const query = memberEndpoint({
  ...operation,
  method: "post",
  path: "/api/data/{entity}/query",
  operationId: "queryRecords",
  summary: "List records by a query in the body",
  description: "Means exactly what the same words mean in GET, for filters that are too long for an address.",
  body: listBody,
  // Eight groups in each other, a list as the value, and a relative date in it.
  bodyDepth: 20,
  async handle({ ctx, params, body }) {
    const { _source, ...input } = body;
    return { status: 200, body: await listRecords(ctx, { ...params, ...input }) };
  },
});

export const recordListEndpoints = [list, query];
