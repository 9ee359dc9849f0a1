import { Buffer } from "node:buffer";
import { deriveKey, keyId, type SealPurpose } from "./derive-key.ts";

const NONCE_BYTES = 12;

/**
 * Encrypts text under a key derived from the secret: `<key id>.<base64url of nonce and AES-GCM ciphertext>`.
 * `boundTo` names where it is kept (say, tenant and row): moved anywhere else, it does not open.
 */
export async function seal(
  secretKey: string,
  purpose: SealPurpose,
  plaintext: string,
  boundTo = "",
): Promise<string> {
  const key = await deriveKey(secretKey, purpose);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const ciphertext = await crypto.subtle.encrypt(
    aesGcm(nonce, boundTo),
    key,
    new TextEncoder().encode(plaintext),
  );
  const sealed = Buffer.concat([nonce, new Uint8Array(ciphertext)]);
  return `${await keyId(secretKey)}.${sealed.toString("base64url")}`;
}

/** The text, or undefined when it was sealed under another secret, purpose or place, or was tampered with. */
export async function open(
  secretKey: string,
  purpose: SealPurpose,
  sealed: string,
  boundTo = "",
): Promise<string | undefined> {
  const [id, data, ...rest] = sealed.split(".");
  if (!data || rest.length > 0 || id !== (await keyId(secretKey))) return undefined;
  const bytes = new Uint8Array(Buffer.from(data, "base64url"));
  const key = await deriveKey(secretKey, purpose);
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const plaintext = await crypto.subtle.decrypt(aesGcm(nonce, boundTo), key, bytes.subarray(NONCE_BYTES));
    return new TextDecoder().decode(plaintext);
  } catch {
    return undefined;
  }
}

function aesGcm(iv: Uint8Array<ArrayBuffer>, boundTo: string) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(boundTo) };
}
