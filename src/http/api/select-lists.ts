import { addOption } from "../../domain/select-lists/add-option.ts";
import { createSelectList } from "../../domain/select-lists/create-select-list.ts";
import { deleteOption } from "../../domain/select-lists/delete-option.ts";
import { deleteSelectList } from "../../domain/select-lists/delete-select-list.ts";
import { getSelectList } from "../../domain/select-lists/get-select-list.ts";
import { listSelectLists } from "../../domain/select-lists/list-select-lists.ts";
import { renameSelectList } from "../../domain/select-lists/rename-select-list.ts";
import { updateOption } from "../../domain/select-lists/update-option.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { inlineOptionsSchema, optionSchema } from "./attribute-schema.ts";
import { idParam, idSchema, lineSchema } from "./schemas.ts";

const tag = "Select lists";
const permission = "meta:manage";
const path = "/api/meta/select-lists";

const optionParams = idParam.extend({ option_id: z.string().max(200).openapi({ format: "uuid" }) });

const listSchema = z
  .strictObject({
    id: idSchema,
    name: z.string().nullable().openapi({ description: "null for the private list of one attribute." }),
    options: z.array(optionSchema).openapi({ description: "In their order." }),
  })
  .openapi("SelectList");

const positionSchema = z.int().min(1).max(500).openapi({
  description: "Place in the list, from 1; what stood there moves down.",
});

const list = memberEndpoint({
  method: "get",
  path,
  operationId: "listSelectLists",
  tag,
  permission: "meta:view, or any right on records",
  summary: "List shared lists",
  description:
    "Lists of options that attributes share, by name, as a plain array. Private ones are not among them.",
  answers: { 200: { description: "The lists.", schema: z.array(listSchema) } },
  async handle({ ctx }) {
    return { status: 200, body: await listSelectLists(ctx) };
  },
});

const create = memberEndpoint({
  method: "post",
  path,
  operationId: "createSelectList",
  tag,
  permission,
  summary: "Create a shared list",
  description: "A list whose `id` attributes of kind select can name as their `select_list_id`.",
  body: z
    .strictObject({ name: lineSchema(200), options: inlineOptionsSchema.default([]) })
    .openapi("SelectListInput", { example: { name: "Этапы", options: ["New", "Won", "Lost"] } }),
  answers: {
    201: { description: "The list.", schema: listSchema, headers: { Location: "Where the list is." } },
  },
  errors: ["name_taken"],
  async handle({ ctx, body }) {
    const created = await createSelectList(ctx, body);
    return { status: 201, body: created, headers: { location: `${path}/${created.id}` } };
  },
});

const get = memberEndpoint({
  method: "get",
  path: `${path}/{id}`,
  operationId: "getSelectList",
  tag,
  permission: "meta:view, or any right on records",
  summary: "Get a list",
  description: "A shared list, or the private list of an attribute in a table that the caller may see.",
  params: idParam,
  answers: { 200: { description: "The list.", schema: listSchema } },
  async handle({ ctx, params }) {
    return { status: 200, body: await getSelectList(ctx, params) };
  },
});

const rename = memberEndpoint({
  method: "put",
  path: `${path}/{id}`,
  operationId: "renameSelectList",
  tag,
  permission,
  summary: "Rename a shared list",
  description: "Attributes go on using it. A private list has no name and gets none.",
  params: idParam,
  body: z
    .strictObject({ name: lineSchema(200) })
    .openapi("SelectListChange", { example: { name: "Стадии" } }),
  answers: { 200: { description: "The list.", schema: listSchema } },
  errors: ["name_taken", "invalid_state"],
  async handle({ ctx, params, body }) {
    return { status: 200, body: await renameSelectList(ctx, { ...params, ...body }) };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: `${path}/{id}`,
  operationId: "deleteSelectList",
  tag,
  permission,
  summary: "Delete a list",
  description: "Refused while an attribute uses it.",
  params: idParam,
  answers: { 204: { description: "The list is gone." } },
  errors: ["in_use"],
  async handle({ ctx, params }) {
    await deleteSelectList(ctx, params);
    return { status: 204 };
  },
});

const add = memberEndpoint({
  method: "post",
  path: `${path}/{id}/options`,
  operationId: "addOption",
  tag,
  permission,
  summary: "Add an option",
  description: "At the end of the list unless a position is given; at most 500 options.",
  params: idParam,
  body: z
    .strictObject({
      value: z.string(),
      color: z.string().nullish(),
      position: positionSchema.optional(),
    })
    .openapi("OptionInput", { example: { value: "Won", color: "#1a7f37" } }),
  answers: { 201: { description: "The option.", schema: optionSchema } },
  errors: ["name_taken", "too_many"],
  async handle({ ctx, params, body }) {
    return { status: 201, body: await addOption(ctx, { listId: params.id, ...body }) };
  },
});

const update = memberEndpoint({
  method: "put",
  path: `${path}/{id}/options/{option_id}`,
  operationId: "updateOption",
  tag,
  permission,
  summary: "Change an option",
  description: "Changes only what the body names. Records that have the option show its new value at once.",
  params: optionParams,
  body: z
    .strictObject({
      value: z.string().optional(),
      color: z.string().nullable().optional(),
      position: positionSchema.optional(),
    })
    .openapi("OptionChange", { example: { value: "Closed", position: 1 } }),
  answers: { 200: { description: "The option.", schema: optionSchema } },
  errors: ["name_taken"],
  async handle({ ctx, params, body }) {
    const option = await updateOption(ctx, { listId: params.id, id: params.option_id, ...body });
    return { status: 200, body: option };
  },
});

const removeOption = memberEndpoint({
  method: "delete",
  path: `${path}/{id}/options/{option_id}`,
  operationId: "deleteOption",
  tag,
  permission,
  summary: "Delete an option",
  description:
    "Refused while a record has it or it is an attribute's default, unless the request says what becomes of these: " +
    "`replace_with` another option, or `force`, which leaves blanks. No write takes it from then on; where there are " +
    "many records, they change in the background.",
  params: optionParams,
  query: z.strictObject({
    replace_with: z.string().max(200).optional().openapi({ description: "Id or text of another option." }),
    force: z.enum(["true", "false"]).optional(),
  }),
  answers: {
    204: {
      description: "The option is gone.",
      headers: { Location: "The job that changes the records." },
    },
  },
  errors: ["option_in_use", "invalid_state"],
  async handle({ ctx, params, query }) {
    const job = await deleteOption(ctx, {
      listId: params.id,
      id: params.option_id,
      replaceWith: query.replace_with,
      force: query.force === "true",
    });
    return { status: 204, headers: { location: `/api/jobs/${job.job_id}` } };
  },
});

export const selectListEndpoints = [list, create, get, rename, remove, add, update, removeOption];
