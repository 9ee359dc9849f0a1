import { listPermissions } from "../../domain/access/list-permissions.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";

const list = memberEndpoint({
  method: "get",
  path: "/api/permissions",
  operationId: "listPermissions",
  tag: "Roles",
  permission: "roles:manage",
  summary: "List permissions",
  description:
    "Everything that a role can be given, as a plain array: the system's permissions, then six for each entity " +
    "type. Described in Russian or English, by Accept-Language.",
  answers: {
    200: {
      description: "The permissions.",
      schema: z.array(
        z
          .strictObject({
            name: z.string().openapi({ example: "leads:view" }),
            description: z.string().openapi({ example: "Leads: view" }),
            entity_type: z.string().optional().openapi({ example: "leads" }),
          })
          .openapi("Permission"),
      ),
    },
  },
  async handle({ ctx, platform, locale }) {
    return { status: 200, body: await listPermissions(ctx, { locale }, platform) };
  },
});

export const permissionEndpoints = [list];
