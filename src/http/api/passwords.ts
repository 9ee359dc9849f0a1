import { changePassword } from "../../domain/passwords/change-password.ts";
import { requestPasswordReset } from "../../domain/passwords/request-password-reset.ts";
import { resetPassword } from "../../domain/passwords/reset-password.ts";
import { memberEndpoint, publicEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { emailSchema, passwordSchema } from "./schemas.ts";

const tag = "Authentication";

const requestReset = publicEndpoint({
  method: "post",
  path: "/api/auth/password-reset",
  operationId: "requestPasswordReset",
  tag,
  summary: "Ask for a new password",
  description:
    "Mails a link to the address if it has an account; the answer is the same for any address. The link is good " +
    "once, for an hour, and goes out at most once a minute.",
  discreet: true,
  body: z
    .strictObject({ email: emailSchema })
    .openapi("PasswordResetRequest", { example: { email: "owner@acme.example" } }),
  answers: {
    202: {
      description: "If there is such an account, a mail is on its way.",
      schema: z.strictObject({}).openapi("PasswordResetTaken"),
    },
  },
  exempt: { no_token: "whoever forgot a password has no token" },
  async handle({ platform, body, address }) {
    await requestPasswordReset(platform, { email: body.email, address });
    return { status: 202, body: {} };
  },
});

const confirmReset = publicEndpoint({
  method: "post",
  path: "/api/auth/password-reset/confirm",
  operationId: "resetPassword",
  tag,
  summary: "Set a new password by a link",
  description: "`token` is that of the link in the mail. All sessions of the account end.",
  body: z
    .strictObject({ token: z.string().min(1).max(512), new_password: passwordSchema })
    .openapi("PasswordReset", {
      example: {
        token: "gF3kQ8xX2mD1vYt0Zr7bLwCqJ5nUe9aSpHiKoR4tMfE",
        new_password: "correct horse battery",
      },
    }),
  answers: { 204: { description: "The password is set." } },
  errors: ["not_found"],
  exempt: { no_token: "the token of the link is the proof" },
  async handle({ platform, body, address }) {
    await resetPassword(platform, { token: body.token, newPassword: body.new_password, address });
    return { status: 204 };
  },
});

const change = memberEndpoint({
  method: "post",
  path: "/api/auth/password",
  operationId: "changePassword",
  tag,
  personal: true,
  summary: "Change one's own password",
  description: "The session that asks goes on; all others of the account end.",
  body: z
    .strictObject({ current_password: z.string().min(1).max(1024), new_password: passwordSchema })
    .openapi("PasswordChange", {
      example: { current_password: "correct horse battery", new_password: "staple the horse instead" },
    }),
  answers: { 204: { description: "The password is changed." } },
  errors: ["conflict"],
  async handle({ ctx, platform, body, address }) {
    const input = { currentPassword: body.current_password, newPassword: body.new_password };
    await changePassword(ctx, input, platform, address);
    return { status: 204 };
  },
});

export const passwordEndpoints = [requestReset, confirmReset, change];
