import { receiveWebhook } from "../../domain/messaging/receive-webhook.ts";
import { publicEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";

const receive = publicEndpoint({
  method: "post",
  path: "/hooks/{provider}/{secret}",
  operationId: "receiveWebhook",
  tag: "Webhooks",
  summary: "Receive a provider's reports",
  description:
    "For message providers, at a sender's `webhook_url`. Whatever JSON comes is answered with 200: what we do not " +
    "know is left alone. Reports may come twice and in any order. The secret in the address is all that is needed.",
  params: z.object({ provider: z.string().max(50), secret: z.string().max(300) }),
  body: z.unknown().openapi("WebhookBody", {
    type: "object",
    description: "As the provider sends it.",
    example: { message_id: "sandbox-0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e", status: "delivered" },
  }),
  answers: { 200: { description: "Taken.", schema: z.strictObject({}).openapi("WebhookTaken") } },
  exempt: {
    no_token: "the secret in the address is the proof",
    malformed_body: "third-party shapes: anything that is JSON is taken",
  },
  async handle({ platform, params, body, headers }) {
    await receiveWebhook(platform, { ...params, headers, body });
    return { status: 200, body: {} };
  },
});

export const hookEndpoints = [receive];
