import { createEntityType } from "../../domain/entity-types/create-entity-type.ts";
import { deleteEntityType } from "../../domain/entity-types/delete-entity-type.ts";
import { getEntityType } from "../../domain/entity-types/get-entity-type.ts";
import { listEntityTypes } from "../../domain/entity-types/list-entity-types.ts";
import { updateEntityType } from "../../domain/entity-types/update-entity-type.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { attributeInput, attributeSchema, displayNameSchema, toDefinition } from "./attribute-schema.ts";
import { idSchema, nameSchema, timestampSchema } from "./schemas.ts";

const tag = "Entity types";
const path = "/api/meta/entity-types";

export const entityTypeParam = z.object({
  id: z.string().max(200).openapi({ description: "Id or name of the entity type.", example: "leads" }),
});

const entityTypeSchema = z
  .strictObject({
    id: idSchema,
    name: nameSchema,
    display_name: z.string(),
    display_attribute: nameSchema
      .nullable()
      .openapi({ description: "The attribute that titles a record.", example: "title" }),
    attributes: z.array(attributeSchema).openapi({ description: "In the caller's own order." }),
    record_count: z
      .int()
      .nullable()
      .openapi({ description: "Without those in the trash; null for whoever may not view all records." }),
    created_at: timestampSchema,
    updated_at: timestampSchema,
  })
  .openapi("EntityType");

const displayAttribute = z.string().max(200).nullable().optional().openapi({
  description:
    "Name of the attribute that titles a record, null for none. Must be of a kind that can be unique.",
  example: "title",
});

const list = memberEndpoint({
  method: "get",
  path,
  operationId: "listEntityTypes",
  tag,
  permission: "meta:view, or any right on records",
  summary: "List entity types",
  description: "The tables that the caller has any right in; all of them with `meta:view`. A plain array.",
  answers: { 200: { description: "The entity types.", schema: z.array(entityTypeSchema) } },
  async handle({ ctx }) {
    return { status: 200, body: await listEntityTypes(ctx) };
  },
});

const create = memberEndpoint({
  method: "post",
  path,
  operationId: "createEntityType",
  tag,
  permission: "meta:manage",
  summary: "Create an entity type",
  description:
    "A table with its attributes, all at once or added later. Its records are at `/api/data/{name}`, its permissions " +
    "are `{name}:view` and so on. Without `display_attribute` the first attribute of kind string titles a record.",
  body: z
    .strictObject({
      name: nameSchema,
      display_name: displayNameSchema,
      display_attribute: displayAttribute,
      attributes: z.array(attributeInput).default([]),
    })
    .openapi("EntityTypeInput", {
      example: {
        name: "deals",
        display_name: "Сделки",
        display_attribute: "title",
        attributes: [
          { name: "title", display_name: "Название", value_type: "string", required: true },
          { name: "amount", display_name: "Сумма", value_type: "float", min: 0 },
        ],
      },
    }),
  answers: {
    201: {
      description: "The entity type.",
      schema: entityTypeSchema,
      headers: { Location: "Where the entity type is." },
    },
  },
  errors: ["name_taken", "too_many"],
  async handle({ ctx, body }) {
    const type = await createEntityType(ctx, {
      name: body.name,
      displayName: body.display_name,
      displayAttribute: body.display_attribute,
      attributes: body.attributes.map(toDefinition),
    });
    return { status: 201, body: type, headers: { location: `${path}/${type.id}` } };
  },
});

const get = memberEndpoint({
  method: "get",
  path: `${path}/{id}`,
  operationId: "getEntityType",
  tag,
  permission: "meta:view, or any right on its records",
  summary: "Get an entity type",
  description: "One table with its attributes and their options.",
  params: entityTypeParam,
  answers: { 200: { description: "The entity type.", schema: entityTypeSchema } },
  async handle({ ctx, params }) {
    return { status: 200, body: await getEntityType(ctx, params) };
  },
});

const update = memberEndpoint({
  method: "put",
  path: `${path}/{id}`,
  operationId: "updateEntityType",
  tag,
  permission: "meta:manage",
  summary: "Change an entity type",
  description:
    "Changes only what the body names. A new `name` changes the address of the records and the names of the " +
    "permissions, and takes nothing away from anyone. Another `display_attribute` titles all records anew.",
  params: entityTypeParam,
  body: z
    .strictObject({
      name: nameSchema.optional(),
      display_name: displayNameSchema.optional(),
      display_attribute: displayAttribute,
    })
    .openapi("EntityTypeChange", { example: { display_name: "Продажи" } }),
  answers: { 200: { description: "The entity type.", schema: entityTypeSchema } },
  errors: ["name_taken"],
  async handle({ ctx, params, body }) {
    const change = {
      name: body.name,
      displayName: body.display_name,
      displayAttribute: body.display_attribute,
    };
    return { status: 200, body: await updateEntityType(ctx, { ...params, ...change }) };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: `${path}/{id}`,
  operationId: "deleteEntityType",
  tag,
  permission: "meta:manage",
  summary: "Delete an entity type",
  description:
    "With its attributes and all of its records, those in the trash too. There is no way back. It is gone at once, and " +
    "its name is free; where its records are many, they are deleted in the background.",
  params: entityTypeParam,
  answers: {
    204: {
      description: "The entity type is gone.",
      headers: { Location: "The job that deletes the records." },
    },
  },
  async handle({ ctx, params }) {
    const job = await deleteEntityType(ctx, params);
    return { status: 204, headers: { location: `/api/jobs/${job.job_id}` } };
  },
});

export const entityTypeEndpoints = [list, create, get, update, remove];
