import { deriveToken } from "../../lib/crypto/derive-key.ts";

/** Derived, so that a repeated call and the mail can tell it again though it is stored nowhere but as a hash. */
export function invitationToken(secretKey: string, memberId: string, expiresAt: string): Promise<string> {
  return deriveToken(secretKey, "invitation", `${memberId} ${expiresAt}`);
}
