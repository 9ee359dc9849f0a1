import { getOwnProfile } from "../../domain/members/get-own-profile.ts";
import { updateOwnProfile } from "../../domain/members/update-own-profile.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { fullNameSchema, idSchema } from "./schemas.ts";
import { tenantSchema } from "./tenant.ts";
import { roleNameSchema } from "./users.ts";

const tag = "Users";

const profileSchema = z
  .strictObject({
    id: idSchema,
    email: z.string(),
    full_name: z.string().nullable(),
    tenant: tenantSchema,
    roles: z.array(roleNameSchema),
    permissions: z.array(z.string()).openapi({ example: ["leads:view"] }),
    grants: z
      .array(z.strictObject({ name: z.string(), scope: z.enum(["all", "own"]) }))
      .openapi({ description: "The permissions with their scopes." }),
  })
  .openapi("OwnProfile");

const get = memberEndpoint({
  method: "get",
  path: "/api/users/me",
  operationId: "getOwnProfile",
  tag,
  summary: "Who am I, and what may I do",
  description: "The caller's own profile, company, roles and permissions, as they stand at this moment.",
  answers: { 200: { description: "The profile.", schema: profileSchema } },
  async handle({ ctx }) {
    return { status: 200, body: await getOwnProfile(ctx) };
  },
});

const update = memberEndpoint({
  method: "patch",
  path: "/api/users/me",
  operationId: "updateOwnProfile",
  tag,
  summary: "Change my name",
  description: "Only `full_name` can be changed.",
  body: z
    .strictObject({ full_name: fullNameSchema.nullable() })
    .openapi("OwnProfileChange", { example: { full_name: "An Owner" } }),
  answers: { 200: { description: "The profile.", schema: profileSchema } },
  async handle({ ctx, body }) {
    return { status: 200, body: await updateOwnProfile(ctx, { fullName: body.full_name }) };
  },
});

/** To be registered before the other users: `me` would read as an id. */
export const profileEndpoints = [get, update];
