import { Buffer } from "node:buffer";

/**
 * SHA-256 in hex (64 characters): how tokens are kept and looked up.
 * Only for random tokens; a password needs `hashPassword`.
 */
export async function hashToken(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return Buffer.from(digest).toString("hex");
}
