import { Buffer } from "node:buffer";

/** 256 random bits as 43 characters of base64url: for refresh tokens, invitations, webhook addresses. */
export function randomToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}
