import { createSender } from "../../domain/messaging/create-sender.ts";
import { DEFAULT_RATE, PROVIDER_NAMES } from "../../domain/messaging/credentials.ts";
import { deleteSender } from "../../domain/messaging/delete-sender.ts";
import { getSender } from "../../domain/messaging/get-sender.ts";
import { listSenders } from "../../domain/messaging/list-senders.ts";
import { updateSender } from "../../domain/messaging/update-sender.ts";
import { withWebhook } from "../../domain/messaging/wire-sender.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { idParam, idSchema, lineSchema, timestampSchema } from "./schemas.ts";

const tag = "Senders";
const permission = "senders:manage";

const reasonSchema = z.strictObject({ code: z.string(), detail: z.string() }).nullable();

const plain = {
  id: idSchema,
  name: z.string(),
  provider: z.enum(PROVIDER_NAMES),
  status: z
    .enum(["ok", "paused", "blocked"])
    .openapi({ description: "`paused` by a person, `blocked` by the provider." }),
};

const managed = {
  status_reason: reasonSchema,
  rate_per_minute: z.int(),
  has_credentials: z
    .boolean()
    .openapi({ description: "False where the server's own credentials for the provider are used." }),
  webhook_url: z.string().openapi({
    description: "Where the provider should report deliveries, below the server's address. Keep it secret.",
  }),
  created_at: timestampSchema,
  updated_at: timestampSchema,
};

const managedSchema = z.strictObject({ ...plain, ...managed }).openapi("Sender");

const seenSchema = z
  .strictObject({ ...plain, ...z.strictObject(managed).partial().shape })
  .openapi("SeenSender", {
    description: "With `messages:send` alone: `id`, `name`, `provider` and `status`.",
  });

const credentialsSchema = z.record(z.string().max(100), z.unknown()).nullish().openapi({
  description:
    "Write-only. `wappi`: `{token, profile_id}`; `sandbox`: none. Null uses the server's own, if it has some.",
});

const rateSchema = z
  .int()
  .min(1)
  .max(6_000)
  .openapi({ description: "Messages a minute, evenly spaced. 20 by default; 600 for the sandbox." });

const list = memberEndpoint({
  method: "get",
  path: "/api/senders",
  operationId: "listSenders",
  tag,
  permission: `${permission}\` or \`messages:send`,
  summary: "List senders",
  description: "All senders of the tenant, by name, as a plain array.",
  answers: { 200: { description: "The senders.", schema: z.array(seenSchema) } },
  async handle({ ctx }) {
    return { status: 200, body: await listSenders(ctx), headers: { "cache-control": "no-store" } };
  },
});

const create = memberEndpoint({
  method: "post",
  path: "/api/senders",
  operationId: "createSender",
  tag,
  permission,
  summary: "Set up a sender",
  description:
    "An account at a provider that messages go out through. `sandbox` needs no account and sends nothing.",
  body: z
    .strictObject({
      name: lineSchema(100),
      provider: z.enum(PROVIDER_NAMES),
      credentials: credentialsSchema,
      rate_per_minute: rateSchema.optional(),
    })
    .openapi("NewSender", {
      example: {
        name: "WhatsApp",
        provider: "wappi",
        credentials: { token: "t0ken", profile_id: "71ad40e9" },
      },
    }),
  answers: {
    201: { description: "The sender.", schema: managedSchema, headers: { Location: "Where the sender is." } },
  },
  errors: ["name_taken", "too_many"],
  async handle({ ctx, body }) {
    const sender = await createSender(ctx, {
      name: body.name,
      provider: body.provider,
      credentials: body.credentials ?? null,
      ratePerMinute: body.rate_per_minute ?? DEFAULT_RATE[body.provider],
    });
    const headers = { location: `/api/senders/${sender.id}`, "cache-control": "no-store" };
    return { status: 201, body: await withWebhook(ctx, sender), headers };
  },
});

const get = memberEndpoint({
  method: "get",
  path: "/api/senders/{id}",
  operationId: "getSender",
  tag,
  permission: `${permission}\` or \`messages:send`,
  summary: "Get a sender",
  description: "One sender; credentials are never shown.",
  params: idParam,
  answers: { 200: { description: "The sender.", schema: seenSchema } },
  async handle({ ctx, params }) {
    return { status: 200, body: await getSender(ctx, params), headers: { "cache-control": "no-store" } };
  },
});

const update = memberEndpoint({
  method: "patch",
  path: "/api/senders/{id}",
  operationId: "updateSender",
  tag,
  permission,
  summary: "Change, pause or resume a sender",
  description:
    "Changes the fields that the body names. `status: paused` stops it: its messages wait. `status: ok` resumes a " +
    "sender that was paused, or blocked by its provider, and sends what waited.",
  params: idParam,
  body: z
    .strictObject({
      name: lineSchema(100).optional(),
      credentials: credentialsSchema,
      rate_per_minute: rateSchema.optional(),
      status: z.enum(["ok", "paused"]).optional(),
    })
    .openapi("SenderChange", { example: { status: "paused" } }),
  answers: { 200: { description: "The sender.", schema: managedSchema } },
  errors: ["name_taken"],
  async handle({ ctx, params, body }) {
    const sender = await updateSender(ctx, {
      id: params.id,
      name: body.name,
      credentials: body.credentials,
      ratePerMinute: body.rate_per_minute,
      status: body.status,
    });
    return { status: 200, body: await withWebhook(ctx, sender), headers: { "cache-control": "no-store" } };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: "/api/senders/{id}",
  operationId: "deleteSender",
  tag,
  permission,
  summary: "Delete a sender",
  description: "Refused while messages wait to be sent through it. Deliveries that it made stay.",
  params: idParam,
  answers: { 204: { description: "The sender is gone." } },
  errors: ["in_use"],
  async handle({ ctx, params }) {
    await deleteSender(ctx, params);
    return { status: 204 };
  },
});

export const senderEndpoints = [list, create, get, update, remove];
