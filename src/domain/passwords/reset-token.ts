import { deriveToken } from "../../lib/crypto/derive-key.ts";

/** Derived, so that the mail can tell it though it is stored nowhere but as a hash. */
export function resetToken(secretKey: string, memberId: string, requestedAt: string): Promise<string> {
  return deriveToken(secretKey, "password-reset", `${memberId} ${requestedAt}`);
}
