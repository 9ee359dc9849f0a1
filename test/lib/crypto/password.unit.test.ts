import { describe, expect, test } from "vitest";
import {
  hashPassword,
  MAX_SCRYPT_MEMORY,
  MAX_SCRYPT_WORK,
  SCRYPT,
  verifyDummyPassword,
  verifyPassword,
} from "../../../src/lib/crypto/password.ts";

/** The test vector of RFC 7914 §12 that takes 16 MiB, as a PHC string. */
const RFC_7914 = phc(
  "ln=14,r=8,p=1",
  "SodiumChloride",
  "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
);

function phc(parameters: string, salt: string, hashHex: string): string {
  const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$scrypt$${parameters}$${base64(Buffer.from(salt))}$${base64(Buffer.from(hashHex, "hex"))}`;
}

describe("what scrypt may cost", () => {
  test("our setting is OWASP's and stays within what workerd allows in production", () => {
    const n = 2 ** SCRYPT.ln;
    expect(SCRYPT).toEqual({ ln: 14, r: 8, p: 5 });
    expect(n * SCRYPT.r * SCRYPT.p).toBeLessThanOrEqual(MAX_SCRYPT_WORK);
    expect(128 * SCRYPT.r * (n + SCRYPT.p + 2)).toBeLessThanOrEqual(MAX_SCRYPT_MEMORY);
    expect(MAX_SCRYPT_WORK).toBe(2 ** 20);
    expect(MAX_SCRYPT_MEMORY).toBe(32 * 1024 * 1024);
  });

  test.each([
    "ln=17,r=8,p=1",
    "ln=14,r=8,p=9",
    "ln=15,r=8,p=1",
    "ln=99,r=8,p=1",
    "ln=0,r=8,p=1",
    "ln=14,r=0,p=1",
  ])("a stored hash that asks for %s is refused without being computed", async (parameters) => {
    const hash = RFC_7914.replace("ln=14,r=8,p=1", parameters);
    expect(await verifyPassword("pleaseletmein", hash)).toBe(false);
  });
});

describe("hashing", () => {
  test("agrees with the standard's test vector", async () => {
    expect(await verifyPassword("pleaseletmein", RFC_7914)).toBe(true);
    expect(await verifyPassword("pleaseletmeout", RFC_7914)).toBe(false);
  });

  test("is salted, says its parameters and verifies only the same password", async () => {
    const [one, other] = await Promise.all([hashPassword("Пароль-Ё1"), hashPassword("Пароль-Ё1")]);
    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword("Пароль-Ё1", one)).toBe(true);
    expect(await verifyPassword("Пароль-Е1", one)).toBe(false);
  });

  test("does not care how a keyboard composes its letters", async () => {
    const hash = await hashPassword("й".normalize("NFC"));
    expect(await verifyPassword("й".normalize("NFD"), hash)).toBe(true);
  });

  test.each([
    "",
    "secret",
    "$argon2id$v=19$m=65536$c2FsdA$aGFzaA",
    `${RFC_7914}$`,
    RFC_7914.replace("$scrypt", "$scrypt2"),
  ])("what is no hash of ours verifies nothing: %s", async (hash) => {
    expect(await verifyPassword("pleaseletmein", hash)).toBe(false);
  });

  test("the dummy never verifies", async () => {
    expect(await verifyDummyPassword("anything")).toBe(false);
  });
});
