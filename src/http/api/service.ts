import { publicEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";

const tag = "Service";

const index = publicEndpoint({
  method: "get",
  path: "/",
  operationId: "index",
  tag,
  summary: "What this is",
  description: "Names the service and where its documentation is.",
  answers: {
    200: {
      description: "The service.",
      schema: z
        .strictObject({ message: z.string(), docs: z.string(), openapi: z.string() })
        .openapi("ServiceIndex"),
    },
  },
  exempt: { no_token: "tells nothing but where the documentation is" },
  async handle() {
    return { status: 200, body: { message: "Edge CRM API", docs: "/docs", openapi: "/openapi.json" } };
  },
});

const health = publicEndpoint({
  method: "get",
  path: "/healthz",
  operationId: "health",
  tag,
  summary: "Whether the service is up",
  description: "Answers without touching a database.",
  answers: {
    200: {
      description: "It is.",
      schema: z.strictObject({ status: z.literal("ok") }).openapi("Health"),
    },
  },
  exempt: { no_token: "monitors have no account" },
  async handle() {
    return { status: 200, body: { status: "ok" } };
  },
});

export const serviceEndpoints = [index, health];
