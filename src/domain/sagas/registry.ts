import { acceptInvitation } from "./accept-invitation.ts";
import { addMember } from "./add-member.ts";
import { endSession } from "./end-session.ts";
import { registerTenant } from "./register-tenant.ts";
import { removeMember } from "./remove-member.ts";
import { sendMail } from "./send-mail.ts";

export const sagas = {
  accept_invitation: acceptInvitation,
  add_member: addMember,
  end_session: endSession,
  register_tenant: registerTenant,
  remove_member: removeMember,
  send_mail: sendMail,
} as const;

export type SagaKind = keyof typeof sagas;
export type SagaPayload<Kind extends SagaKind> = Parameters<(typeof sagas)[Kind]["run"]>[1];
