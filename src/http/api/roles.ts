import { createRole } from "../../domain/roles/create-role.ts";
import { deleteRole } from "../../domain/roles/delete-role.ts";
import { getRole } from "../../domain/roles/get-role.ts";
import { listRoles } from "../../domain/roles/list-roles.ts";
import { updateRole } from "../../domain/roles/update-role.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { idParam, idSchema, lineSchema, timestampSchema } from "./schemas.ts";

const tag = "Roles";
const permission = "roles:manage";

export const grantSchema = z
  .strictObject({ name: z.string(), scope: z.enum(["all", "own"]) })
  .openapi("Grant", { example: { name: "leads:view", scope: "all" } });

const ruleSchema = z
  .strictObject({
    entity_type: z.string().max(200),
    attribute: z.string().max(200),
    access: z.enum(["hidden", "read"]),
  })
  .openapi("AttributeRule", {
    description:
      "What those who have the role may not do with an attribute, by its name: change it, or see it.",
    example: { entity_type: "leads", attribute: "revenue", access: "hidden" },
  });

const roleSchema = z
  .strictObject({
    id: idSchema,
    name: z.string(),
    is_founder: z
      .boolean()
      .openapi({ description: "The founder's role holds everything and cannot be changed." }),
    permissions: z.array(grantSchema),
    attribute_rules: z.array(ruleSchema),
    created_at: timestampSchema,
    updated_at: timestampSchema,
  })
  .openapi("Role");

export const wantedPermission = z
  .string()
  .max(200)
  .transform((name) => ({ name, scope: "all" as const }))
  .or(z.strictObject({ name: z.string().max(200), scope: z.enum(["all", "own"]).default("all") }));

const roleInput = z
  .strictObject({
    name: lineSchema(100),
    permissions: z.array(wantedPermission).max(1000).default([]),
    attribute_rules: z.array(ruleSchema).max(1000).default([]),
  })
  .openapi("RoleInput", {
    example: {
      name: "Менеджер по продажам",
      permissions: ["leads:view", "leads:create", "individuals:view"],
    },
  });

function roleOf({ attribute_rules, ...role }: z.output<typeof roleInput>) {
  return { ...role, attributeRules: attribute_rules };
}

const list = memberEndpoint({
  method: "get",
  path: "/api/roles",
  operationId: "listRoles",
  tag,
  permission,
  summary: "List roles",
  description: "All roles of the tenant, by name, as a plain array.",
  answers: { 200: { description: "The roles.", schema: z.array(roleSchema) } },
  async handle({ ctx }) {
    return { status: 200, body: await listRoles(ctx) };
  },
});

const create = memberEndpoint({
  method: "post",
  path: "/api/roles",
  operationId: "createRole",
  tag,
  permission,
  summary: "Create a role",
  description:
    "`permissions` are names from GET /api/permissions, each for all records or, with scope `own`, for those whose " +
    "`owner_id` is the member. `attribute_rules` hide attributes or make them read-only; of several roles of a " +
    "member the widest counts. Nobody can give a role more than they hold themselves.",
  body: roleInput,
  answers: {
    201: { description: "The role.", schema: roleSchema, headers: { Location: "Where the role is." } },
  },
  errors: ["name_taken"],
  async handle({ ctx, body }) {
    const role = await createRole(ctx, roleOf(body));
    return { status: 201, body: role, headers: { location: `/api/roles/${role.id}` } };
  },
});

const get = memberEndpoint({
  method: "get",
  path: "/api/roles/{id}",
  operationId: "getRole",
  tag,
  permission,
  summary: "Get a role",
  description: "One role with its permissions.",
  params: idParam,
  answers: { 200: { description: "The role.", schema: roleSchema } },
  async handle({ ctx, params }) {
    return { status: 200, body: await getRole(ctx, params) };
  },
});

const update = memberEndpoint({
  method: "put",
  path: "/api/roles/{id}",
  operationId: "updateRole",
  tag,
  permission,
  summary: "Change a role",
  description: "Replaces name, permissions and rules; whoever has the role feels it on their next request.",
  params: idParam,
  body: roleInput,
  answers: { 200: { description: "The role.", schema: roleSchema } },
  errors: ["name_taken", "invalid_state"],
  async handle({ ctx, params, body }) {
    return { status: 200, body: await updateRole(ctx, { ...params, ...roleOf(body) }) };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: "/api/roles/{id}",
  operationId: "deleteRole",
  tag,
  permission,
  summary: "Delete a role",
  description: "Whoever had the role loses its permissions with their next request.",
  params: idParam,
  answers: { 204: { description: "The role is gone." } },
  errors: ["invalid_state"],
  async handle({ ctx, params }) {
    await deleteRole(ctx, params);
    return { status: 204 };
  },
});

export const roleEndpoints = [list, create, get, update, remove];
