import { RECORD_ACTIONS } from "../../domain/access/catalogue.ts";
import { ACCESS_REASONS, explainAccess } from "../../domain/access/explain-access.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { idSchema } from "./schemas.ts";

const scopeSchema = z.enum(["all", "own"]).nullable();

const explain = memberEndpoint({
  method: "get",
  path: "/api/access/explain",
  operationId: "explainAccess",
  tag: "Roles",
  summary: "Explain what a member may do",
  description:
    "Whether a member may do something with a table, or with one of its records, and why, role by role. Everybody may " +
    "ask about themselves; about others, who has `roles:manage` or `users:manage`. `reason` is the first that decides: " +
    "`not_active` (invited or deactivated), `no_role`, `founder`, `not_granted` (no role gives it), `granted` (for all " +
    "records), `own_records_only`, and with a record `own_record` or `not_the_owner`.",
  query: z.strictObject({
    user_id: z.string().max(200).openapi({ format: "uuid" }),
    entity: z.string().max(200).openapi({ description: "Name or id of the entity type.", example: "leads" }),
    record_id: z.string().max(200).optional().openapi({ format: "uuid" }),
    action: z.enum(RECORD_ACTIONS),
  }),
  answers: {
    200: {
      description: "The explanation.",
      schema: z
        .strictObject({
          allowed: z.boolean(),
          reason: z.enum(ACCESS_REASONS),
          scope: scopeSchema.openapi({ description: "Of the widest right." }),
          user: z.strictObject({ id: idSchema, full_name: z.string().nullable() }),
          roles: z.array(z.strictObject({ id: idSchema, name: z.string(), scope: scopeSchema })).openapi({
            description: "All roles of the member, with the scope in which each gives the right.",
          }),
          attributes: z
            .array(z.strictObject({ name: z.string(), access: z.enum(["read", "hidden"]) }))
            .openapi({ description: "Those that the member may not change, or not see." }),
        })
        .openapi("AccessExplanation"),
    },
  },
  errors: ["not_found"],
  async handle({ ctx, query: { user_id: userId, entity, record_id: recordId, action } }) {
    return { status: 200, body: await explainAccess(ctx, { userId, entity, recordId, action }) };
  },
});

export const accessEndpoints = [explain];
