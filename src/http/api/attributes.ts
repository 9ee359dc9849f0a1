import { createAttribute } from "../../domain/attributes/create-attribute.ts";
import { deleteAttribute } from "../../domain/attributes/delete-attribute.ts";
import { orderAttributes } from "../../domain/attributes/order-attributes.ts";
import { updateAttribute } from "../../domain/attributes/update-attribute.ts";
import { convertAttribute, tryAttributeConversion } from "../../domain/conversion/convert-attribute.ts";
import { describeIssues } from "../../domain/problems/describe.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import {
  attributeChange,
  attributeInput,
  attributeSchema,
  conversionInput,
  conversionTrialSchema,
  toChange,
  toDefinition,
} from "./attribute-schema.ts";
import { entityTypeParam } from "./entity-types.ts";
import { jobSchema, showJob } from "./jobs.ts";
import { idSchema } from "./schemas.ts";

const tag = "Entity types";
const permission = "meta:manage";
const path = "/api/meta/entity-types/{id}/attributes";

const attributeParams = entityTypeParam.extend({
  attribute_id: z.string().max(200).openapi({ description: "Id or name of the attribute." }),
});

const create = memberEndpoint({
  method: "post",
  path,
  operationId: "createAttribute",
  tag,
  permission,
  summary: "Add an attribute",
  description:
    "A column of the table. Beside the fields that every attribute has, the body may have those of its kind: `format`, " +
    "`min_length`, `max_length` (string), `min`, `max` (integer, float, percent, currency, " +
    "rating), `currency`, the `pattern` of an autonumber, the `formula_text` of a formula, and for a select or " +
    "multiselect either `options`, which become its private list, or the `select_list_id` of a shared one. A relation " +
    "has its `target_entity_type_id`, `allow_multiple_selection`, and, where both sides are to be seen, " +
    "`create_back_relation` with a name. A default is for records to come; the numbers of " +
    "an autonumber are given to the records that are there, too, in the order of their creation: where they are many, " +
    "by the job that `job_id` names. A formula is calculated for all of them, too, by a job where they are " +
    "many.",
  params: entityTypeParam,
  body: attributeInput,
  answers: {
    201: {
      description: "The attribute.",
      schema: attributeSchema,
      headers: { Location: "Where the attribute can be changed." },
    },
  },
  errors: ["name_taken", "too_many"],
  async handle({ ctx, params, body }) {
    const attribute = await createAttribute(ctx, { entity: params.id, definition: toDefinition(body) });
    const location = `/api/meta/entity-types/${attribute.entity_type_id}/attributes/${attribute.id}`;
    return { status: 201, body: attribute, headers: { location } };
  },
});

const update = memberEndpoint({
  method: "put",
  path: `${path}/{attribute_id}`,
  operationId: "updateAttribute",
  tag,
  permission,
  summary: "Change an attribute",
  description:
    "Changes only what the body names; null unsets a setting. Rules hold for later writes, values that are there stay. " +
    "Where the table has more than 10,000 records, `indexed` and `unique` that are switched on are false until the job " +
    "that `job_id` names is done; switching them off again ends it. `unique` is refused, with the values that stand in " +
    "its way, where several records have the same. A new `formula_text` is calculated for all records, as are formulas that " +
    "use it. The kind cannot be changed here.",
  params: attributeParams,
  body: attributeChange,
  answers: { 200: { description: "The attribute.", schema: attributeSchema } },
  errors: ["name_taken", "too_many", "not_unique", "invalid_state"],
  async handle({ ctx, params, body }) {
    const address = { entity: params.id, attribute: params.attribute_id };
    return { status: 200, body: await updateAttribute(ctx, { ...address, change: toChange(body) }) };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: `${path}/{attribute_id}`,
  operationId: "deleteAttribute",
  tag,
  permission,
  summary: "Delete an attribute",
  description:
    "Its name is free at once, and its values never come back, not even under a new attribute of the same name. " +
    "With a relation go its links and its other side. " +
    "Where it titled the records, they have no title until another `display_attribute` is chosen. One that a formula " +
    "uses is refused: change the formula first.",
  params: attributeParams,
  errors: ["in_use"],
  answers: { 204: { description: "The attribute is gone." } },
  async handle({ ctx, params }) {
    await deleteAttribute(ctx, { entity: params.id, attribute: params.attribute_id });
    return { status: 204 };
  },
});

const convert = memberEndpoint({
  method: "post",
  path: `${path}/{attribute_id}/convert`,
  operationId: "convertAttribute",
  tag,
  permission,
  summary: "Convert an attribute to another kind",
  description:
    "What is shown of a value is read as the new kind reads it: `1 234,50` is a number, `да` is true, an option is its " +
    "text. Try with `dry_run` first: it counts the values that convert and names some that do not. Without, a job " +
    "converts them, and those that do not become blank; until it is done the attribute is read and written as before. Refused while a formula uses it.",
  params: attributeParams,
  body: conversionInput,
  answers: {
    200: { description: "With `dry_run`: what it would come to.", schema: conversionTrialSchema },
    202: {
      description: "The job; a short one is done already.",
      schema: jobSchema,
      headers: { Location: "Where the job is." },
    },
  },
  errors: ["invalid_state", "in_use", "too_many"],
  async handle({ ctx, params, body, locale }) {
    const { value_type: valueType, dry_run: isTrial, ...own } = body;
    const request = { entity: params.id, attribute: params.attribute_id, valueType, own };
    if (isTrial) {
      const trial = await tryAttributeConversion(ctx, request);
      const samples = trial.samples.map(({ error, ...sample }) => {
        const [{ code, detail } = { code: error.code, detail: "" }] = describeIssues(
          [{ ...error, path: "" }],
          locale,
        );
        return { ...sample, error: { code, detail } };
      });
      return { status: 200, body: { ...trial, samples } };
    }
    const job = await convertAttribute(ctx, request);
    return { status: 202, body: showJob(job, locale), headers: { location: `/api/jobs/${job.id}` } };
  },
});

const order = memberEndpoint({
  method: "post",
  path: `${path}/order`,
  operationId: "orderAttributes",
  tag,
  permission: "meta:view, or any right on the records",
  summary: "Order the attributes for oneself",
  description:
    "The order in which the caller is shown the attributes; nobody else's changes. Those that are not named follow.",
  params: entityTypeParam,
  body: z
    .strictObject({ attribute_ids: z.array(z.string().max(200)).max(200) })
    .openapi("AttributeOrder", { example: { attribute_ids: ["0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e"] } }),
  answers: {
    200: {
      description: "The order that was set.",
      schema: z
        .strictObject({ status: z.literal("ok"), ordered_ids: z.array(idSchema) })
        .openapi("AttributesOrdered"),
    },
  },
  async handle({ ctx, params, body }) {
    const input = { entity: params.id, attributeIds: body.attribute_ids };
    return { status: 200, body: await orderAttributes(ctx, input) };
  },
});

export const attributeEndpoints = [create, update, remove, convert, order];
