/** Pages that mails lead to: under PUBLIC_URL, which the operator sets, never under what a request calls its host. */
export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, "")}/invitation?token=${encodeURIComponent(token)}`;
}

export function passwordResetUrl(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, "")}/password-reset?token=${encodeURIComponent(token)}`;
}
