import type { PlatformContext } from "../context.ts";
import { invitationUrl } from "../mail/links.ts";
import { invitationToken } from "./invitation-token.ts";

/** What accepts an invitation, to be handed on by who made it. */
export interface Invitation {
  readonly token: string;
  readonly url: string;
  readonly expires_at: string;
}

export async function showInvitation(
  { secretKey, settings }: PlatformContext,
  memberId: string,
  expiresAt: string,
): Promise<Invitation> {
  const token = await invitationToken(secretKey, memberId, expiresAt);
  return { token, url: invitationUrl(settings.publicUrl, token), expires_at: expiresAt };
}
