import { AUDIT_ACTIONS } from "../../domain/audit/actions.ts";
import { listAudit } from "../../domain/audit/list-audit.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { idSchema, jsonValueSchema, listSchema, pageQuery, timestampSchema } from "./schemas.ts";

const factsSchema = z.record(z.string(), jsonValueSchema).nullable();

const entrySchema = z
  .strictObject({
    id: idSchema,
    action: z.enum(AUDIT_ACTIONS),
    actor: z.strictObject({
      type: z.enum(["member", "superuser"]),
      id: idSchema,
      name: z.string().openapi({ description: "What they were called then." }),
    }),
    api_key_id: idSchema.nullable().openapi({ description: "Where it was done with an API key." }),
    subject: z
      .strictObject({ type: z.string(), id: z.string(), name: z.string().nullable() })
      .openapi({ description: "What was changed, as it was called then." }),
    before: factsSchema.openapi({ description: "Of a change what has changed; null for what is new." }),
    after: factsSchema.openapi({ description: "Of a change what has changed; null for what is gone." }),
    address: z.string().nullable().openapi({ description: "The client's network address." }),
    request_id: z.string().nullable(),
    created_at: timestampSchema,
  })
  .openapi("AuditEntry");

const momentSchema = z.iso
  .datetime({ offset: true })
  .transform((time) => new Date(time))
  .optional();

const list = memberEndpoint({
  method: "get",
  path: "/api/audit",
  operationId: "listAudit",
  tag: "Audit",
  permission: "audit:view",
  summary: "List the audit log",
  description:
    "Who changed what of roles, users, tables and fields, lists, aliases, senders, API keys and settings, newest " +
    "first. Entries are written in the batch of the change itself and can neither be changed nor deleted.",
  query: z.strictObject({
    ...pageQuery,
    action: z.string().max(100).optional().openapi({ example: "role.update" }),
    user_id: z.string().max(200).optional().openapi({ format: "uuid", description: "Who made the change." }),
    subject: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: "The id of what was changed, or its type: `role`." }),
    from: momentSchema.openapi({ format: "date-time" }),
    to: momentSchema.openapi({ format: "date-time", description: "Until just before this moment." }),
  }),
  answers: { 200: { description: "A page of entries.", schema: listSchema("AuditList", entrySchema) } },
  errors: ["invalid_cursor"],
  async handle({ ctx, query: { user_id: userId, ...query } }) {
    return { status: 200, body: await listAudit(ctx, { ...query, userId }) };
  },
});

export const auditEndpoints = [list];
