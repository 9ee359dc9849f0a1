import { Buffer } from "node:buffer";
import { deriveKey } from "./derive-key.ts";

/**
 * Text as a cursor: `<base64url of the text>.<base64url of its HMAC>`. Signed, not encrypted: it may hold only
 * what its reader has seen. `boundTo` names what it is good for; for anything else it does not open.
 */
export async function signCursor(secretKey: string, boundTo: string, text: string): Promise<string> {
  const key = await deriveKey(secretKey, "cursor");
  const mac = await crypto.subtle.sign("HMAC", key, signedPart(boundTo, text));
  return `${Buffer.from(text).toString("base64url")}.${Buffer.from(mac).toString("base64url")}`;
}

/** The text, or undefined when the cursor was made under another secret or for anything else, or changed since. */
export async function openSignedCursor(
  secretKey: string,
  boundTo: string,
  cursor: string,
): Promise<string | undefined> {
  const [payload, mac, ...rest] = cursor.split(".");
  if (!payload || !mac || rest.length > 0) return undefined;
  const text = Buffer.from(payload, "base64url").toString();
  const key = await deriveKey(secretKey, "cursor");
  const signature = new Uint8Array(Buffer.from(mac, "base64url"));
  const genuine = await crypto.subtle.verify("HMAC", key, signature, signedPart(boundTo, text));
  return genuine ? text : undefined;
}

/** A JSON list, so that no choice of the two texts reads like another. */
function signedPart(boundTo: string, text: string) {
  return new TextEncoder().encode(JSON.stringify([boundTo, text]));
}
