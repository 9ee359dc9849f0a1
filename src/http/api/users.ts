import { addMember } from "../../domain/members/add-member.ts";
import { getMember } from "../../domain/members/get-member.ts";
import { listMembers } from "../../domain/members/list-members.ts";
import { removeMember } from "../../domain/members/remove-member.ts";
import { renewInvitation } from "../../domain/members/renew-invitation.ts";
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
  status: z.enum(["active", "invited", "deactivated"]).optional(),
  roles: z.array(roleNameSchema).optional(),
  created_at: timestampSchema.optional(),
};

const userSchema = z.strictObject(userFields).openapi("User", {
  description: "Everybody sees `id` and `full_name` of colleagues; the rest needs `users:manage`.",
});

const invitationSchema = z
  .strictObject({
    token: z.string(),
    url: z.string().openapi({ description: "The link that the mail carries, to be copied." }),
    expires_at: timestampSchema,
  })
  .openapi("Invitation");

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
  discreet: true,
  summary: "Add or invite a colleague",
  description:
    "With a `password` (not by API keys) the colleague can log in at once. Without one they are invited by mail; `invitation.url` is " +
    "the link in it, and its token is for POST /api/auth/invitations/accept. An address that has an account in " +
    "another company is answered like any other, and its owner is told by mail. `role_ids` needs `roles:manage`, " +
    "too, and nobody gives a role that holds more than they do.",
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
          invitation: invitationSchema.optional(),
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
  summary: "Rename or deactivate a colleague",
  description:
    "Whoever is `deactivated` is logged out at once and cannot log in; what is theirs stays theirs, and `active` lets " +
    "them in again. Only a founder deactivates a founder, and the last one stays.",
  params: idParam,
  body: z
    .strictObject({
      full_name: fullNameSchema.nullable().optional(),
      status: z.enum(["active", "deactivated"]).optional(),
    })
    .openapi("UserChange", { example: { full_name: "A Colleague" } }),
  answers: { 200: { description: "The user.", schema: userSchema } },
  errors: ["invalid_state"],
  async handle({ ctx, platform, params, body }) {
    const change = { id: params.id, fullName: body.full_name, status: body.status };
    return { status: 200, body: await updateMember(ctx, change, platform) };
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

const renew = memberEndpoint({
  method: "post",
  path: "/api/users/{id}/invitation",
  operationId: "renewInvitation",
  tag,
  permission,
  discreet: true,
  summary: "Invite a colleague again",
  description:
    "For whoever has not accepted yet: a new link, good for seven days, takes the place of the old one and goes out " +
    "by mail.",
  params: idParam,
  answers: { 200: { description: "The new invitation.", schema: invitationSchema } },
  errors: ["invalid_state"],
  async handle({ ctx, platform, params }) {
    const invitation = await renewInvitation(ctx, params, platform);
    return { status: 200, body: invitation, headers: { "cache-control": "no-store" } };
  },
});

export const userEndpoints = [list, create, get, update, remove, setRoles, renew];
