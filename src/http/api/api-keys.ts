import { createApiKey } from "../../domain/api-keys/create-api-key.ts";
import { deleteApiKey } from "../../domain/api-keys/delete-api-key.ts";
import { listApiKeys } from "../../domain/api-keys/list-api-keys.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { grantSchema, wantedPermission } from "./roles.ts";
import { idParam, idSchema, lineSchema, timestampSchema } from "./schemas.ts";

const tag = "API keys";

const keyFields = {
  id: idSchema,
  name: z.string(),
  permissions: z.array(grantSchema),
  created_at: timestampSchema,
  expires_at: timestampSchema.nullable(),
  last_used_at: timestampSchema.nullable().openapi({ description: "To the hour." }),
};

const keySchema = z.strictObject(keyFields).openapi("ApiKey");

const list = memberEndpoint({
  method: "get",
  path: "/api/api-keys",
  operationId: "listApiKeys",
  tag,
  personal: true,
  summary: "List my API keys",
  description: "One's own, as a plain array.",
  answers: { 200: { description: "The keys.", schema: z.array(keySchema) } },
  async handle({ ctx }) {
    return { status: 200, body: await listApiKeys(ctx) };
  },
});

const create = memberEndpoint({
  method: "post",
  path: "/api/api-keys",
  operationId: "createApiKey",
  tag,
  personal: true,
  summary: "Make an API key",
  description:
    "`key` works wherever an access token does: `Authorization: Bearer crm_…`. It may do no more than `permissions`, " +
    "which one has to hold oneself, and no more than its owner may at that moment; it cannot manage keys, passwords " +
    "or sessions. It is shown here only.",
  body: z
    .strictObject({
      name: lineSchema(100),
      permissions: z.array(wantedPermission).min(1).max(1000),
      expires_at: z.iso
        .datetime({ offset: true })
        .transform((time) => new Date(time).toISOString())
        .nullish()
        .openapi({ format: "date-time", description: "Never, unless it is given." }),
    })
    .openapi("NewApiKey", {
      example: { name: "Import from the shop", permissions: ["leads:view", "leads:create"] },
    }),
  answers: {
    201: {
      description: "The key.",
      schema: z.strictObject({ ...keyFields, key: z.string() }).openapi("MadeApiKey"),
    },
  },
  errors: ["too_many"],
  async handle({ ctx, body }) {
    const { name, permissions, expires_at } = body;
    const made = await createApiKey(ctx, { name, permissions, expiresAt: expires_at ?? null });
    return { status: 201, body: made, headers: { "cache-control": "no-store" } };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: "/api/api-keys/{id}",
  operationId: "deleteApiKey",
  tag,
  personal: true,
  summary: "Take an API key back",
  description: "One of one's own; it stops working with its next request.",
  params: idParam,
  answers: { 204: { description: "The key is gone." } },
  async handle({ ctx, params }) {
    await deleteApiKey(ctx, params);
    return { status: 204 };
  },
});

export const apiKeyEndpoints = [list, create, remove];
