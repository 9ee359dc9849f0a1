import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** OWASP's scrypt setting that fits workerd: 16 MiB, about 0.2 s of CPU. */
export const SCRYPT = { ln: 14, r: 8, p: 5 } as const;

/** workerd refuses scrypt with N·r·p above the first, and node:crypto what needs more memory than the second. */
export const MAX_SCRYPT_WORK = 2 ** 20;
export const MAX_SCRYPT_MEMORY = 32 * 1024 * 1024;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PHC =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43,86})$/;

interface Parameters {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** The password's hash as a PHC string: `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`, base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, SCRYPT, HASH_BYTES);
  const { ln, r, p } = SCRYPT;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether the password is the hashed one; false for a string that is no hash or costs more than we allow. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const [, ln, r, p, salt, hash] = PHC.exec(phc) ?? [];
  if (!salt || !hash) return false;
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (!affordable(parameters)) return false;
  const expected = Buffer.from(hash, "base64");
  const actual = await derive(password, Buffer.from(salt, "base64"), parameters, expected.length);
  return timingSafeEqual(actual, expected);
}

/** Costs what `verifyPassword` costs, so that a log-in takes as long for an unknown account as for a known one. */
export async function verifyDummyPassword(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES), SCRYPT, HASH_BYTES);
  return false;
}

function affordable({ ln, r, p }: Parameters): boolean {
  const n = 2 ** ln;
  return ln > 0 && r > 0 && p > 0 && n * r * p <= MAX_SCRYPT_WORK && memory(n, r, p) <= MAX_SCRYPT_MEMORY;
}

/** Bytes, as OpenSSL reckons them. */
function memory(n: number, r: number, p: number): number {
  return 128 * r * (n + p + 2);
}

function derive(password: string, salt: Uint8Array, cost: Parameters, length: number): Promise<Uint8Array> {
  // Keyboards compose й or ё differently; NFKC makes them the same password.
  const normalised = password.normalize("NFKC");
  const options = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: MAX_SCRYPT_MEMORY };
  return new Promise((resolve, reject) => {
    scrypt(normalised, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
