import { endMemberSessions } from "../../domain/sessions/end-member-sessions.ts";
import { endOwnSession } from "../../domain/sessions/end-own-session.ts";
import { listMemberSessions } from "../../domain/sessions/list-member-sessions.ts";
import { listOwnSessions } from "../../domain/sessions/list-own-sessions.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { idParam, idSchema, timestampSchema } from "./schemas.ts";

const tag = "Sessions";

const sessionSchema = z
  .strictObject({
    id: idSchema,
    current: z.boolean().openapi({ description: "Whether it is the session of this request." }),
    created_at: timestampSchema,
    expires_at: timestampSchema.openapi({ description: "When it ends by itself." }),
    address: z.string().nullable().openapi({ description: "The network address that it was begun from." }),
    user_agent: z.string().nullable().openapi({ description: "What the client called itself." }),
  })
  .openapi("Session");

const sessions = z.array(sessionSchema);

const list = memberEndpoint({
  method: "get",
  path: "/api/sessions",
  operationId: "listSessions",
  tag,
  personal: true,
  summary: "Where am I logged in",
  description: "One's own sessions, the newest first, as a plain array of at most 200.",
  answers: { 200: { description: "The sessions.", schema: sessions } },
  async handle({ ctx }) {
    return { status: 200, body: await listOwnSessions(ctx) };
  },
});

const end = memberEndpoint({
  method: "delete",
  path: "/api/sessions/{id}",
  operationId: "endSession",
  tag,
  personal: true,
  summary: "Log out elsewhere",
  description: "Ends one of one's own sessions; its tokens stop working at once.",
  params: idParam,
  answers: { 204: { description: "The session is over." } },
  async handle({ ctx, platform, params }) {
    await endOwnSession(ctx, params, platform);
    return { status: 204 };
  },
});

const listOfUser = memberEndpoint({
  method: "get",
  path: "/api/users/{id}/sessions",
  operationId: "listUserSessions",
  tag,
  permission: "users:manage",
  personal: true,
  summary: "Where is a colleague logged in",
  description: "The newest first, as a plain array of at most 200.",
  params: idParam,
  answers: { 200: { description: "The sessions.", schema: sessions } },
  async handle({ ctx, params }) {
    return { status: 200, body: await listMemberSessions(ctx, params) };
  },
});

const endOfUser = memberEndpoint({
  method: "delete",
  path: "/api/users/{id}/sessions",
  operationId: "endUserSessions",
  tag,
  permission: "users:manage",
  personal: true,
  summary: "Log a colleague out everywhere",
  description: "Their tokens stop working at once. Only a founder does it to a founder.",
  params: idParam,
  answers: { 204: { description: "The sessions are over." } },
  async handle({ ctx, platform, params }) {
    await endMemberSessions(ctx, params, platform);
    return { status: 204 };
  },
});

export const sessionEndpoints = [list, end, listOfUser, endOfUser];
