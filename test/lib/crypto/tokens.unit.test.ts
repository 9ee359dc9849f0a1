import { createHmac, hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { constantTimeEqual } from "../../../src/lib/crypto/constant-time.ts";
import { deriveToken } from "../../../src/lib/crypto/derive-key.ts";
import { hashToken } from "../../../src/lib/crypto/hash-token.ts";
import { randomToken } from "../../../src/lib/crypto/random-token.ts";

test("a random token is 256 bits of base64url, different every time", () => {
  const tokens = new Set(Array.from({ length: 1000 }, randomToken));
  expect(tokens.size).toBe(1000);
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
});

test("a token's hash is its SHA-256 in hex", async () => {
  expect(await hashToken("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("a derived token is the HMAC of its text under the key of its purpose", async () => {
  const key = new Uint8Array(hkdfSync("sha256", "secret", "edge-crm/v1", "refresh-successor", 32));
  const mac = createHmac("sha256", key).update("текст").digest("base64url");
  expect(await deriveToken("secret", "refresh-successor", "текст")).toBe(mac);
  expect(await deriveToken("secret", "access-token", "текст")).not.toBe(mac);
  expect(await deriveToken("other", "refresh-successor", "текст")).not.toBe(mac);
});

describe("comparing secrets", () => {
  test.each([
    ["secret", "secret", true],
    ["secret", "secreT", false],
    ["secret", "secret ", false],
    ["", "", true],
    ["", "a", false],
  ])("%j and %j: %j", async (a, b, equal) => {
    expect(await constantTimeEqual(a, b)).toBe(equal);
  });
});
