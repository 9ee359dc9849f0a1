import { Buffer } from "node:buffer";

const AES = { name: "AES-GCM", length: 256 } as const;
const HMAC = { name: "HMAC", hash: "SHA-256", length: 256 } as const;

/** What a key derived from SECRET_KEY may be used for; a key of one purpose is useless for any other. */
const SEALING = ["sender-credentials"] as const;
const SIGNING = [
  "access-token",
  "api-key",
  "cursor",
  "idempotency",
  "invitation",
  "password-reset",
  "refresh-successor",
  "webhook-address",
] as const;

export type SealPurpose = (typeof SEALING)[number];
export type SignPurpose = (typeof SIGNING)[number];
type KeyPurpose = SealPurpose | SignPurpose;

const HKDF_SALT = "edge-crm/v1";
const KEY_ID_BYTES = 6;

// Keys are kept, not the promises of them: a promise made in one request must not be awaited in another.
const keys = new Map<string, CryptoKey>();
const ids = new Map<string, string>();

/** The key for one purpose, derived by HKDF-SHA-256 (RFC 5869); not extractable. */
export async function deriveKey(secretKey: string, purpose: KeyPurpose): Promise<CryptoKey> {
  const cacheKey = `${purpose}\n${secretKey}`;
  const known = keys.get(cacheKey);
  if (known) return known;
  const master = await importMaster(secretKey);
  const key = seals(purpose)
    ? await crypto.subtle.deriveKey(hkdf(purpose), master, AES, false, ["encrypt", "decrypt"])
    : await crypto.subtle.deriveKey(hkdf(purpose), master, HMAC, false, ["sign", "verify"]);
  keys.set(cacheKey, key);
  return key;
}

/** The same token for the same text every time (43 characters of base64url), and no way to guess it. */
export async function deriveToken(secretKey: string, purpose: SignPurpose, text: string): Promise<string> {
  const key = await deriveKey(secretKey, purpose);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return Buffer.from(mac).toString("base64url");
}

/** A short public name of the secret (8 characters), so that what was made under an older one can be told apart. */
export async function keyId(secretKey: string): Promise<string> {
  const known = ids.get(secretKey);
  if (known) return known;
  const master = await importMaster(secretKey);
  const bits = await crypto.subtle.deriveBits(hkdf("key-id"), master, KEY_ID_BYTES * 8);
  const id = Buffer.from(bits).toString("base64url");
  ids.set(secretKey, id);
  return id;
}

function seals(purpose: KeyPurpose): purpose is SealPurpose {
  return (SEALING as readonly string[]).includes(purpose);
}

function importMaster(secretKey: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secretKey);
  return crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey", "deriveBits"]);
}

function hkdf(info: string) {
  const encoder = new TextEncoder();
  return { name: "HKDF", hash: "SHA-256", salt: encoder.encode(HKDF_SALT), info: encoder.encode(info) };
}
