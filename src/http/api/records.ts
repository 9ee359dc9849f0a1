import { z } from "@hono/zod-openapi";
import { describeIssues } from "../../domain/problems/describe.ts";
import { bulkCreateRecords } from "../../domain/records/bulk-create-records.ts";
import { bulkDeleteRecords } from "../../domain/records/bulk-delete-records.ts";
import { createRecord } from "../../domain/records/create-record.ts";
import { deleteRecord } from "../../domain/records/delete-record.ts";
import { getRecord } from "../../domain/records/get-record.ts";
import { restoreRecord } from "../../domain/records/restore-record.ts";
import { updateRecord } from "../../domain/records/update-record.ts";
import { invalidInput } from "../../errors.ts";
import { memberEndpoint } from "../endpoint.ts";
import { issueSchema } from "../openapi.ts";
import { recordSchema } from "./record-schema.ts";
import { idSchema } from "./schemas.ts";

const tag = "Records";

export const entityParam = z.object({
  entity: z.string().max(200).openapi({ description: "Name or id of the entity type.", example: "leads" }),
});
const recordParams = entityParam.extend({ id: z.string().max(200).openapi({ format: "uuid" }) });

const valuesSchema = z.record(z.string(), z.unknown()).openapi("RecordValues", {
  description: "Values by attribute name; which there are is for the tenant to define.",
  example: { organization_name: "ООО «Ромашка»", contact_number: "+7 912 345-67-89" },
});

const answer = {
  description: "The record.",
  schema: recordSchema,
  headers: { ETag: "The record's version, for If-Match." },
};

const versioned = (record: { version: number }) => ({ etag: `"${record.version}"` });

/** What the Python server's clients add to every write; it means nothing here. */
const sourceQuery = z.strictObject({ _source: z.string().max(200).optional().openapi({ deprecated: true }) });

const create = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}",
  operationId: "createRecord",
  tag,
  permission: "{entity}:create",
  summary: "Create a record",
  description:
    "The new record stands first. `owner_id` is the caller unless given. With an `id` of the client's own (a UUID) " +
    "a second create of the same record is refused.",
  params: entityParam,
  query: sourceQuery,
  body: valuesSchema,
  answers: { 201: { ...answer, headers: { ...answer.headers, Location: "Where the record is." } } },
  errors: ["not_unique", "conflict"],
  async handle({ ctx, params, body }) {
    const record = await createRecord(ctx, { ...params, values: body });
    const location = `/api/data/${encodeURIComponent(params.entity)}/${record.id}`;
    return { status: 201, body: record, headers: { ...versioned(record), location } };
  },
});

const get = memberEndpoint({
  method: "get",
  path: "/api/data/{entity}/{id}",
  operationId: "getRecord",
  tag,
  permission: "{entity}:view",
  summary: "Get a record",
  description: "One record; blank attributes are null. Records in the trash are not found.",
  params: recordParams,
  answers: { 200: answer },
  async handle({ ctx, params }) {
    const record = await getRecord(ctx, params);
    return { status: 200, body: record, headers: versioned(record) };
  },
});

const update = {
  path: "/api/data/{entity}/{id}",
  tag,
  permission: "{entity}:edit",
  params: recordParams,
  query: sourceQuery,
  body: valuesSchema,
  answers: { 200: answer },
  errors: ["not_unique", "stale_version"],
} as const;

const patch = memberEndpoint({
  ...update,
  method: "patch",
  operationId: "updateRecord",
  summary: "Change a record",
  description:
    "Changes the fields that the body names. With `If-Match` only if the record still has that version; " +
    "otherwise 412 names the fields that differ.",
  async handle({ ctx, params, body, headers }) {
    const record = await updateRecord(ctx, { ...params, values: body, ifMatch: ifMatch(headers) });
    return { status: 200, body: record, headers: versioned(record) };
  },
});

const put = memberEndpoint({
  ...update,
  method: "put",
  operationId: "putRecord",
  summary: "Change a record (as PATCH)",
  description: "The same as PATCH: fields that the body does not name stay as they are.",
  async handle({ ctx, params, body, headers }) {
    const record = await updateRecord(ctx, { ...params, values: body, ifMatch: ifMatch(headers) });
    return { status: 200, body: record, headers: versioned(record) };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: "/api/data/{entity}/{id}",
  operationId: "deleteRecord",
  tag,
  permission: "{entity}:delete",
  summary: "Delete a record",
  description: "Puts it into the trash, from where it can be restored.",
  params: recordParams,
  query: sourceQuery,
  answers: { 204: { description: "The record is in the trash." } },
  errors: ["stale_version"],
  async handle({ ctx, params, headers }) {
    await deleteRecord(ctx, { ...params, ifMatch: ifMatch(headers) });
    return { status: 204 };
  },
});

const restore = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}/{id}/restore",
  operationId: "restoreRecord",
  tag,
  permission: "{entity}:delete",
  summary: "Restore a record from the trash",
  description: "Back to where it stood. Refused when a unique value of it has been taken since.",
  params: recordParams,
  answers: { 200: answer },
  errors: ["not_unique"],
  async handle({ ctx, params }) {
    const record = await restoreRecord(ctx, params);
    return { status: 200, body: record, headers: versioned(record) };
  },
});

const bulkCreate = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}/bulk-create",
  operationId: "bulkCreateRecords",
  tag,
  permission: "{entity}:create",
  summary: "Create several records",
  description:
    "Up to 1,000 at once; each is taken or refused by itself, unless `atomic` asks for all or none. " +
    "The first of the list stands first in the table.",
  params: entityParam,
  query: sourceQuery,
  body: z
    .strictObject({
      records: z.array(valuesSchema).min(1).max(1000),
      atomic: z.boolean().default(false),
      _source: z.unknown().optional(),
    })
    .openapi("BulkCreate", { example: { records: [{ organization_name: "Acme Ltd" }], atomic: false } }),
  answers: {
    200: {
      description: "What became of each, in the order given.",
      schema: z
        .strictObject({
          results: z.array(
            z.strictObject({
              index: z.int(),
              id: idSchema.optional(),
              status: z.enum(["created", "failed"]),
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
  async handle({ ctx, params, body, locale }) {
    const { results, ...counts } = await bulkCreateRecords(ctx, {
      ...params,
      records: body.records,
      atomic: body.atomic,
    });
    const described = results.map(({ errors, ...result }) =>
      errors ? { ...result, errors: describeIssues(errors, locale) } : result,
    );
    return { status: 200, body: { results: described, ...counts } };
  },
});

const bulkDelete = memberEndpoint({
  method: "post",
  path: "/api/data/{entity}/bulk-delete",
  operationId: "bulkDeleteRecords",
  tag,
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

/** `If-Match: "3"`; `*` asks for nothing that a 404 does not say already. */
function ifMatch(headers: Headers): number | undefined {
  const given = headers.get("if-match")?.trim();
  if (given === undefined || given === "*") return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(given)?.[1];
  if (version === undefined) {
    throw invalidInput({ path: "If-Match", code: "invalid_format", params: { format: '"<version>"' } });
  }
  return Number(version);
}

export const recordEndpoints = [create, bulkCreate, bulkDelete, get, patch, put, remove, restore];
