import { endSession } from "../../domain/sessions/end-session.ts";
import { logIn } from "../../domain/sessions/log-in.ts";
import { refreshSession } from "../../domain/sessions/refresh-session.ts";
import type { Tokens } from "../../domain/sessions/tokens.ts";
import { registerCompany } from "../../domain/tenants/register-company.ts";
import { publicEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { emailSchema, fullNameSchema, idSchema, passwordSchema } from "./schemas.ts";

const tag = "Authentication";

export const register = publicEndpoint({
  method: "post",
  path: "/api/auth/register",
  operationId: "register",
  tag,
  summary: "Register a company",
  description:
    "Founds a tenant with the standard tables `leads`, `individuals` and `legal_entities`; the caller becomes " +
    "its founder, who may do everything. `registration_token` is needed where the server is configured with one.",
  body: z
    .strictObject({
      email: emailSchema,
      password: passwordSchema,
      full_name: fullNameSchema.nullish(),
      company_name: z.string().trim().min(1).max(200).nullish(),
      registration_token: z.string().max(500).nullish(),
    })
    .openapi("Registration", {
      example: { email: "owner@acme.example", password: "correct horse battery", company_name: "Acme" },
    }),
  answers: {
    201: {
      description: "The founder and the tenant.",
      schema: z
        .strictObject({
          id: idSchema,
          email: z.string(),
          full_name: z.string().nullable(),
          tenant: z.strictObject({ id: idSchema, name: z.string() }),
        })
        .openapi("RegisteredCompany"),
    },
  },
  errors: ["registration_closed", "email_taken"],
  exempt: { no_token: "nobody has a token before there is an account" },
  async handle({ platform, body, locale, address }) {
    const company = await registerCompany(platform, {
      email: body.email,
      password: body.password,
      fullName: body.full_name ?? null,
      companyName: body.company_name ?? null,
      registrationToken: body.registration_token ?? null,
      locale,
      address,
    });
    return { status: 201, body: company };
  },
});

const tokensSchema = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal("bearer"),
    expires_in: z.int().openapi({ description: "Seconds." }),
    refresh_token: z.string(),
  })
  .openapi("Tokens");

export const token = publicEndpoint({
  method: "post",
  path: "/api/auth/token",
  operationId: "token",
  tag,
  summary: "Log in, or refresh a session",
  description:
    "The OAuth2 password flow: `username` is the e-mail address. With `grant_type=refresh_token` a refresh token " +
    "is exchanged for a new pair; each is good once, and one that comes back later ends the session.",
  discreet: true,
  bodyType: "form",
  body: z
    .object({
      grant_type: z.enum(["password", "refresh_token"]).or(z.literal("")).optional(),
      username: z.string().max(320).optional(),
      password: z.string().max(1024).optional(),
      refresh_token: z.string().max(512).optional(),
      // What OAuth2 clients send along; there is one client and one scope here.
      scope: z.string().optional(),
      client_id: z.string().optional(),
      client_secret: z.string().optional(),
    })
    .strict()
    .superRefine((form, issue) => {
      const needed = form.grant_type === "refresh_token" ? ["refresh_token"] : ["username", "password"];
      for (const field of needed) {
        if (!form[field as keyof typeof form]) {
          issue.addIssue({
            code: "custom",
            path: [field],
            params: { code: "required" },
            message: "required",
          });
        }
      }
    })
    .openapi("TokenRequest", {
      example: { username: "owner@acme.example", password: "correct horse battery" },
    }),
  answers: { 200: { description: "An access token and a refresh token.", schema: tokensSchema } },
  errors: ["invalid_credentials", "invalid_refresh_token", "tenant_suspended"],
  exempt: { no_token: "this is where tokens come from" },
  async handle({ platform, body, address, headers }) {
    const tokens =
      body.grant_type === "refresh_token"
        ? await refreshSession(platform, body.refresh_token ?? "")
        : await logIn(platform, {
            email: body.username ?? "",
            password: body.password ?? "",
            address,
            userAgent: headers.get("user-agent")?.slice(0, 200) ?? null,
          });
    return { status: 200, body: wireTokens(tokens), headers: { "cache-control": "no-store" } };
  },
});

export const revoke = publicEndpoint({
  method: "post",
  path: "/api/auth/revoke",
  operationId: "revoke",
  tag,
  summary: "Log out",
  description:
    "Ends the session of the refresh token; its access tokens stop working at once. Unknown tokens answer the same.",
  body: z.strictObject({ refresh_token: z.string().min(1).max(512) }).openapi("Revocation", {
    example: { refresh_token: "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e.Zm9yLWV4YW1wbGUtb25seQ" },
  }),
  answers: { 204: { description: "The session is over." } },
  exempt: { no_token: "the refresh token in the body is the proof" },
  async handle({ platform, body }) {
    await endSession(platform, body.refresh_token);
    return { status: 204 };
  },
});

function wireTokens(tokens: Tokens) {
  return {
    access_token: tokens.accessToken,
    token_type: "bearer",
    expires_in: tokens.expiresIn,
    refresh_token: tokens.refreshToken,
  };
}

export const authEndpoints = [register, token, revoke];
