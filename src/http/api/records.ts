import { createRecord } from "../../domain/records/create-record.ts";
import { deleteRecord } from "../../domain/records/delete-record.ts";
import { getRecord } from "../../domain/records/get-record.ts";
import { restoreRecord } from "../../domain/records/restore-record.ts";
import { updateRecord } from "../../domain/records/update-record.ts";
import { invalidInput } from "../../errors.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { includeSchema, recordSchema } from "./record-schema.ts";

const tag = "Records";

export const entityParam = z.object({
  entity: z.string().max(200).openapi({ description: "Name or id of the entity type.", example: "leads" }),
});
const recordParams = entityParam.extend({ id: z.string().max(200).openapi({ format: "uuid" }) });

export const valuesSchema = z.record(z.string(), z.unknown()).openapi("RecordValues", {
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
export const sourceQuery = z.strictObject({
  _source: z.string().max(200).optional().openapi({ deprecated: true }),
});

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
  query: z.strictObject({ include: includeSchema }),
  answers: { 200: answer },
  async handle({ ctx, params, query }) {
    const record = await getRecord(ctx, { ...params, ...query });
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

export const recordEndpoints = [create, get, patch, put, remove, restore];
