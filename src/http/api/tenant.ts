import { getTenant } from "../../domain/tenants/get-tenant.ts";
import { updateTenant } from "../../domain/tenants/update-tenant.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { idSchema, lineSchema } from "./schemas.ts";

const tag = "Company";

export const tenantSchema = z
  .strictObject({
    id: idSchema,
    name: z.string(),
    time_zone: z.string().openapi({ example: "Europe/Moscow" }),
    default_country: z.string().openapi({ example: "RU" }),
    locale: z.enum(["ru", "en"]),
    currency: z.string().openapi({ example: "RUB" }),
  })
  .openapi("Tenant");

const get = memberEndpoint({
  method: "get",
  path: "/api/tenant",
  operationId: "getTenant",
  tag,
  summary: "Get the company's settings",
  description: "Every member may know them.",
  answers: { 200: { description: "The settings.", schema: tenantSchema } },
  async handle({ ctx }) {
    return { status: 200, body: await getTenant(ctx) };
  },
});

const update = memberEndpoint({
  method: "patch",
  path: "/api/tenant",
  operationId: "updateTenant",
  tag,
  permission: "tenant:manage",
  summary: "Change the company's settings",
  description:
    "What is not given stays. `time_zone` is an IANA name, by which days begin and end; formulas are calculated anew " +
    "in a job. `default_country` says how phone numbers without a country code are read. `currency` is that of new " +
    "fields; those that are there keep theirs.",
  body: z
    .strictObject({
      name: lineSchema(200),
      time_zone: z.string().max(100),
      default_country: z.string().max(10).openapi({ description: "ISO 3166-1 alpha-2." }),
      locale: z.enum(["ru", "en"]),
      currency: z.string().max(10).openapi({ description: "ISO 4217." }),
    })
    .partial()
    .openapi("TenantChange", {
      example: { name: "Acme", time_zone: "Asia/Almaty", default_country: "KZ", currency: "KZT" },
    }),
  answers: { 200: { description: "The settings.", schema: tenantSchema } },
  async handle({ ctx, platform, body }) {
    const { name, locale, currency, time_zone: timeZone, default_country: defaultCountry } = body;
    const change = { name, timeZone, defaultCountry, locale, currency };
    return { status: 200, body: await updateTenant(ctx, change, platform) };
  },
});

export const tenantEndpoints = [get, update];
