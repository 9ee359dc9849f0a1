import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import { ERROR_STATUS, type ErrorCode } from "../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import * as z from "./zod.ts";

export const issueSchema = z
  .strictObject({ path: z.string(), code: z.string(), detail: z.string() })
  .openapi("Issue", { description: "One thing wrong with the input, and where." });

export const problemSchema = z
  .strictObject({
    type: z.string().openapi({ example: "https://crm.example/docs#not_found" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "In Russian or English, by Accept-Language." }),
    code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]).openapi({
      description: "Stable; what clients switch on.",
    }),
    request_id: z.string(),
    errors: z
      .array(issueSchema)
      .optional()
      .openapi({ description: "Each thing that is wrong with the input, with its path." }),
  })
  .openapi("Problem", { description: "RFC 9457 problem details." });

/** The error codes that an endpoint may answer: its own, and those that come with its form. */
export function errorCodes(endpoint: Endpoint): ErrorCode[] {
  const codes = new Set<ErrorCode>(endpoint.errors);
  if (endpoint.access === "member") {
    for (const code of ["invalid_token", "tenant_suspended", "forbidden"] as const) codes.add(code);
  }
  if (endpoint.params) codes.add("not_found");
  if (endpoint.body) {
    for (const code of ["malformed_json", "body_too_large", "unsupported_media_type"] as const)
      codes.add(code);
  }
  codes.add("invalid_input");
  if (endpoint.access === "member" && endpoint.method !== "get") codes.add("idempotency_key_reused");
  codes.add("too_many_requests");
  codes.add("unavailable");
  return [...codes];
}

/** The endpoint as zod-openapi registers it. */
export function openApiRoute(endpoint: Endpoint): RouteConfig {
  const { method, path, operationId, tag, summary, params, query, body, bodyType, answers } = endpoint;
  const writes = endpoint.access === "member" && method !== "get";
  return {
    method,
    path,
    operationId,
    tags: [tag],
    summary,
    description: describe(endpoint),
    security: securityOf(endpoint),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(writes && { headers: idempotencyHeader }),
      ...(body && {
        body: {
          required: true,
          content: {
            [bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json"]: {
              schema: body,
            },
          },
        },
      }),
    },
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, toResponse(answer)])),
      ...problems(endpoint),
    },
  };
}

const idempotencyHeader = z.object({
  "Idempotency-Key": z.string().max(255).optional().openapi({
    description: "Any text of your own: repeated within 24 hours, the call has one effect and one answer.",
  }),
});

function securityOf({ access, personal }: Endpoint): Record<string, string[]>[] {
  if (access === "public") return [];
  return personal ? [{ password: [] }] : [{ password: [] }, { api_key: [] }];
}

function describe({ description, permission, access, personal }: Endpoint): string {
  const needs =
    permission === undefined
      ? access === "public"
        ? "No token needed."
        : "Any member of the tenant."
      : `Needs the permission \`${permission}\`.`;
  if (personal) return `${description}\n\n${needs.slice(0, -1)}, not with an API key.`;
  return `${description}\n\n${needs}`;
}

function toResponse(answer: Endpoint["answers"][number]) {
  return {
    description: answer.description,
    ...(answer.schema && { content: { "application/json": { schema: answer.schema } } }),
    ...(answer.headers && {
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, description]) => [
          name,
          { description, schema: { type: "string" as const } },
        ]),
      ),
    }),
  };
}

function problems(endpoint: Endpoint) {
  const byStatus = Map.groupBy(errorCodes(endpoint), (code) => ERROR_STATUS[code]);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `\`${code}\``).join(", "),
          content: { "application/problem+json": { schema: problemSchema } },
        },
      ]),
  );
}

/** The document that `/openapi.json` serves and `docs/openapi.json` keeps. */
export function openApiDocument(endpoints: readonly Endpoint[]) {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  for (const endpoint of endpoints) registry.registerPath(openApiRoute(endpoint));
  registry.registerComponent("securitySchemes", "password", {
    type: "oauth2",
    flows: { password: { tokenUrl: "/api/auth/token", refreshUrl: "/api/auth/token", scopes: {} } },
  });
  registry.registerComponent("securitySchemes", "api_key", {
    type: "http",
    scheme: "bearer",
    description: "An API key of POST /api/api-keys: `crm_…`.",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edge CRM",
      version: "0.1.0",
      description:
        "A multi-tenant CRM: tables that each company builds for itself, roles, and WhatsApp/SMS messages. " +
        "Errors are `application/problem+json`; lists are paged by `cursor`; writes take `Idempotency-Key`.",
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }],
  });
}
