import { acceptInvitation } from "../../domain/members/accept-invitation.ts";
import { publicEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { fullNameSchema, passwordSchema } from "./schemas.ts";

const accept = publicEndpoint({
  method: "post",
  path: "/api/auth/invitations/accept",
  operationId: "acceptInvitation",
  tag: "Authentication",
  summary: "Accept an invitation",
  description:
    "Sets the password of an invited user, who can then log in. `token` is what POST /api/users answered; it is " +
    "good once, for seven days. `full_name` replaces the name that the invitation was made with.",
  body: z
    .strictObject({
      token: z.string().min(1).max(512),
      password: passwordSchema,
      full_name: fullNameSchema.nullish(),
    })
    .openapi("Acceptance", {
      example: { token: "gF3kQ8xX2mD1vYt0Zr7bLwCqJ5nUe9aSpHiKoR4tMfE", password: "correct horse battery" },
    }),
  answers: { 204: { description: "The user can log in." } },
  errors: ["not_found"],
  exempt: { no_token: "the invitation in the body is the proof" },
  async handle({ platform, body, address }) {
    await acceptInvitation(platform, {
      token: body.token,
      password: body.password,
      fullName: body.full_name ?? null,
      address,
    });
    return { status: 204 };
  },
});

export const invitationEndpoints = [accept];
