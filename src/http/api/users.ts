import { addMember } from "../../domain/members/add-member.ts";
import { getMember } from "../../domain/members/get-member.ts";
import { listMembers } from "../../domain/members/list-members.ts";
import { removeMember } from "../../domain/members/remove-member.ts";
import { setMemberRoles } from "../../domain/members/set-member-roles.ts";
import { updateMember } from "../../domain/members/update-member.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import {
  emailSchema,
  fullNameSchema,
  idParam,
  idSchema,
  listSchema,
  pageQuery,
  passwordSchema,
  timestampSchema,
} from "./schemas.ts";

const tag = "Users";
const permission = "users:manage";

export const roleNameSchema = z.strictObject({ id: idSchema, name: z.string() }).openapi("RoleName");

const userFields = {
  id: idSchema,
  full_name: z.string().nullable(),
  email: z.string().optional(),
  status: z.enum(["active", "invited"]).optional(),
  roles: z.array(roleNameSchema).optional(),
  created_at: timestampSchema.optional(),
};

const userSchema = z.strictObject(userFields).openapi("User", {
  description: "Everybody sees `id` and `full_name` of colleagues; the rest needs `users:manage`.",
});

const roleIds = z.array(z.string().max(200).openapi({ format: "uuid" })).max(200);

const list = memberEndpoint({
  method: "get",
  path: "/api/users",
  operationId: "listUsers",
  tag,
  summary: "List colleagues",
  description: "The members of the tenant in the order in which they joined. `total` is always null.",
  query: z.strictObject(pageQuery),
  answers: { 200: { description: "A page of users.", schema: listSchema("UserList", userSchema) } },
  errors: ["invalid_cursor"],
  async handle({ ctx, query }) {
    return { status: 200, body: await listMembers(ctx, { limit: query.limit, cursor: query.cursor }) };
  },
});

const create = memberEndpoint({
  method: "post",
  path: "/api/users",
  operationId: "createUser",
  tag,
  permission,
  summary: "Add or invite a colleague",
  description:
    "With a `password` the colleague can log in at once. Without one they are invited: `invitation.token` goes " +
    "into the link that is handed to them, for POST /api/auth/invitations/accept. An address that has an account " +
    "in another company is answered like any other. `role_ids` needs `roles:manage`, too, and nobody gives a role " +
    "that holds more than they do.",
  body: z
    .strictObject({
      email: emailSchema,
      full_name: fullNameSchema.nullish(),
      password: passwordSchema.nullish(),
      role_ids: roleIds.default([]),
    })
    .openapi("NewUser", {
      example: { email: "colleague@acme.example", full_name: "A Colleague", role_ids: [] },
    }),
  answers: {
    201: {
      description: "The user; `invitation` is answered here only.",
      schema: z
        .strictObject({
          ...userFields,
          invitation: z.strictObject({ token: z.string(), expires_at: timestampSchema }).optional(),
        })
        .openapi("AddedUser"),
      headers: { Location: "Where the user is." },
    },
  },
  errors: ["email_taken"],
  async handle({ ctx, platform, body }) {
    const input = {
      email: body.email,
      fullName: body.full_name ?? null,
      password: body.password ?? null,
      roleIds: body.role_ids,
    };
    const user = await addMember(ctx, input, platform);
    const headers = { location: `/api/users/${user.id}`, "cache-control": "no-store" };
    return { status: 201, body: user, headers };
  },
});

const get = memberEndpoint({
  method: "get",
  path: "/api/users/{id}",
  operationId: "getUser",
  tag,
  summary: "Get a colleague",
  description: "Name and id; the rest needs `users:manage`.",
  params: idParam,
  answers: { 200: { description: "The user.", schema: userSchema } },
  async handle({ ctx, params }) {
    return { status: 200, body: await getMember(ctx, params) };
  },
});

const update = memberEndpoint({
  method: "patch",
  path: "/api/users/{id}",
  operationId: "updateUser",
  tag,
  permission,
  summary: "Rename a colleague",
  description: "Only `full_name` can be changed.",
  params: idParam,
  body: z
    .strictObject({ full_name: fullNameSchema.nullable() })
    .openapi("UserChange", { example: { full_name: "A Colleague" } }),
  answers: { 200: { description: "The user.", schema: userSchema } },
  async handle({ ctx, params, body }) {
    return { status: 200, body: await updateMember(ctx, { id: params.id, fullName: body.full_name }) };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: "/api/users/{id}",
  operationId: "deleteUser",
  tag,
  permission,
  summary: "Remove a colleague",
  description:
    "Their sessions end at once and their e-mail address becomes free; records keep naming them. Only a founder " +
    "removes a founder, and the last one stays.",
  params: idParam,
  answers: { 204: { description: "The user is removed." } },
  errors: ["invalid_state"],
  async handle({ ctx, platform, params }) {
    await removeMember(ctx, params, platform);
    return { status: 204 };
  },
});

const setRoles = memberEndpoint({
  method: "put",
  path: "/api/users/{id}/roles",
  operationId: "setUserRoles",
  tag,
  permission: "roles:manage",
  summary: "Set a colleague's roles",
  description:
    "Replaces them; felt on the colleague's next request. Nobody gives or takes a role that holds more than they " +
    "do, and the last founder keeps the founder's role.",
  params: idParam,
  body: z
    .strictObject({ role_ids: roleIds })
    .openapi("UserRoles", { example: { role_ids: ["0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e"] } }),
  answers: { 200: { description: "The user.", schema: userSchema } },
  errors: ["invalid_state"],
  async handle({ ctx, params, body }) {
    return { status: 200, body: await setMemberRoles(ctx, { id: params.id, roleIds: body.role_ids }) };
  },
});

export const userEndpoints = [list, create, get, update, remove, setRoles];
