import { describeIssues } from "../../domain/problems/describe.ts";
import { bulkCreateRecords } from "../../domain/records/bulk-create-records.ts";
import { bulkDeleteRecords } from "../../domain/records/bulk-delete-records.ts";
import { bulkUpdateRecords } from "../../domain/records/bulk-update-records.ts";
import type { BulkResult } from "../../domain/records/settle-bulk.ts";
import { upsertRecords } from "../../domain/records/upsert-records.ts";
import { type Locale, memberEndpoint } from "../endpoint.ts";
import { issueSchema } from "../openapi.ts";
import * as z from "../zod.ts";
import { entityParam, sourceQuery, valuesSchema } from "./records.ts";
import { idSchema } from "./schemas.ts";

const MOST = 1_000;

const atomic = z.boolean().default(false).openapi({ description: "All of them or none." });
/** What the Python server's clients send along; it means nothing here. */
const _source = z.unknown().optional();

const operation = {
  method: "post",
  tag: "Records",
  params: entityParam,
  query: sourceQuery,
  answers: {
    200: {
      description: "What became of each, in the order given.",
      schema: z
        .strictObject({
          results: z.array(
            z.strictObject({
              index: z.int(),
              id: idSchema.optional(),
              status: z.enum(["created", "updated", "failed"]),
              errors: z.array(issueSchema).optional(),
            }),
          ),
          succeeded: z.int(),
          failed: z.int(),
        })
        .openapi("BulkResult"),
    },
  },
  errors: ["not_unique"],
} as const;

function reply({ results, ...counts }: BulkResult, locale: Locale) {
  const described = results.map(({ errors, ...result }) =>
    errors ? { ...result, errors: describeIssues(errors, locale) } : result,
  );
  return { status: 200, body: { results: described, ...counts } };
}

const bulkCreate = memberEndpoint({
  ...operation,
  path: "/api/data/{entity}/bulk-create",
  operationId: "bulkCreateRecords",
  permission: "{entity}:create",
  summary: "Create several records",
  description:
    "Up to 1,000 at once; each is taken or refused by itself, unless `atomic` asks for all or none. " +
    "The first of the list stands first in the table.",
  body: z
    .strictObject({ records: z.array(valuesSchema).min(1).max(MOST), atomic, _source })
    .openapi("BulkCreate", { example: { records: [{ organization_name: "Acme Ltd" }], atomic: false } }),
  async handle({ ctx, params, body, locale }) {
    const { records, atomic: all } = body;
    return reply(await bulkCreateRecords(ctx, { ...params, records, atomic: all }), locale);
  },
});

const bulkUpdate = memberEndpoint({
  ...operation,
  path: "/api/data/{entity}/bulk-update",
  operationId: "bulkUpdateRecords",
  permission: "{entity}:edit",
  summary: "Change several records",
  description:
    "Up to 1,000 at once; each names its record by `id` and changes the fields that it names, and is taken or refused " +
    "by itself, unless `atomic` asks for all or none. Unique values may move from one to another.",
  body: z
    .strictObject({
      records: z
        .array(
          z
            .object({ id: z.string().max(200).openapi({ format: "uuid" }) })
            .catchall(z.unknown())
            .openapi("RecordChange", { description: "The record's id, and the values to change." }),
        )
        .min(1)
        .max(MOST),
      atomic,
      _source,
    })
    .openapi("BulkUpdate", {
      example: {
        records: [{ id: "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e", organization_name: "Acme Ltd" }],
        atomic: false,
      },
    }),
  async handle({ ctx, params, body, locale }) {
    const { records, atomic: all } = body;
    return reply(await bulkUpdateRecords(ctx, { ...params, records, atomic: all }), locale);
  },
});

const upsert = memberEndpoint({
  ...operation,
  path: "/api/data/{entity}/upsert",
  operationId: "upsertRecords",
  permission: "{entity}:create` and `{entity}:edit",
  summary: "Create or change several records",
  description:
    "Changes the records whose value of the unique attribute `key` is there already, and creates the others: up to " +
    "1,000 at once, each taken or refused by itself, unless `atomic` asks for all or none.",
  body: z
    .strictObject({
      key: z.string().min(1).max(100).openapi({ description: "Name of a unique attribute." }),
      records: z.array(valuesSchema).min(1).max(MOST),
      atomic,
      _source,
    })
    .openapi("Upsert", {
      example: { key: "email", records: [{ email: "sales@example.com", organization_name: "Acme Ltd" }] },
    }),
  async handle({ ctx, params, body, locale }) {
    const { key, records, atomic: all } = body;
    return reply(await upsertRecords(ctx, { ...params, key, records, atomic: all }), locale);
  },
});

const bulkDelete = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}/bulk-delete",
  operationId: "bulkDeleteRecords",
  tag: "Records",
  permission: "{entity}:delete",
  summary: "Delete several records",
  description: "Puts up to 1,000 records into the trash at once; ids that are not there are passed over.",
  params: entityParam,
  query: sourceQuery,
  body: z
    .strictObject({ ids: z.array(z.string().max(200)).min(1).max(1000), _source: z.unknown().optional() })
    .openapi("RecordIds", { example: { ids: ["0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e"] } }),
  answers: {
    200: {
      description: "How many there were.",
      schema: z.strictObject({ deleted_count: z.int() }).openapi("DeletedCount"),
    },
  },
  async handle({ ctx, params, body }) {
    return { status: 200, body: await bulkDeleteRecords(ctx, { ...params, ids: body.ids }) };
  },
});

export const recordBulkEndpoints = [bulkCreate, bulkUpdate, upsert, bulkDelete];
