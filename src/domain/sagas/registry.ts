import { acceptInvitation } from "./accept-invitation.ts";
import { addMember } from "./add-member.ts";
import { endSession } from "./end-session.ts";
import { endSessions } from "./end-sessions.ts";
import { registerTenant } from "./register-tenant.ts";
import { removeMember } from "./remove-member.ts";
import { renameTenant } from "./rename-tenant.ts";
import { requestPasswordReset } from "./request-password-reset.ts";
import { sendMail } from "./send-mail.ts";
import { setPassword } from "./set-password.ts";

export const sagas = {
  accept_invitation: acceptInvitation,
  add_member: addMember,
  end_session: endSession,
  end_sessions: endSessions,
  register_tenant: registerTenant,
  remove_member: removeMember,
  rename_tenant: renameTenant,
  request_password_reset: requestPasswordReset,
  send_mail: sendMail,
  set_password: setPassword,
} as const;

export type SagaKind = keyof typeof sagas;
export type SagaPayload<Kind extends SagaKind> = Parameters<(typeof sagas)[Kind]["run"]>[1];
