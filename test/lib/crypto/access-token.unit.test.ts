import { createHmac, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { type JWTHeaderParameters, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { signAccessToken, verifyAccessToken } from "../../../src/lib/crypto/access-token.ts";
import { deriveKey } from "../../../src/lib/crypto/derive-key.ts";

const SECRET = "a secret that is only used in tests, 32+ bytes";
const CLAIMS = { memberId: "m-1", tenantId: "t-1", shard: "01", sessionId: "s-1" };
const NOW = new Date("2026-11-24T10:00:00.500Z");
const NEW = { ...CLAIMS, issuedAt: NOW, expiresIn: 60 };
const ISSUED = Date.parse("2026-11-24T10:00:00Z") / 1000;
const PAYLOAD = { sub: "m-1", tid: "t-1", shd: "01", sid: "s-1", aud: "crm", iat: ISSUED, exp: ISSUED + 60 };

function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

async function signed(payload: JWTPayload, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "HS256", typ: "at+jwt", ...header })
    .sign(await deriveKey(SECRET, "access-token"));
}

describe("an access token", () => {
  test("gives back what it was made of", async () => {
    const token = await signAccessToken(SECRET, NEW);
    expect(await verifyAccessToken(SECRET, token, NOW)).toEqual(CLAIMS);
  });

  test("carries the claims and header that we document", async () => {
    const [header = "", payload = ""] = (await signAccessToken(SECRET, NEW)).split(".");
    const decoded = [header, payload].map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(decoded).toEqual([{ alg: "HS256", typ: "at+jwt" }, PAYLOAD]);
  });

  test("ends at its time, to the second", async () => {
    const token = await signAccessToken(SECRET, NEW);
    expect(await verifyAccessToken(SECRET, token, later(59))).toEqual(CLAIMS);
    expect(await verifyAccessToken(SECRET, token, later(60))).toBeUndefined();
  });

  test("of another secret is nothing", async () => {
    const token = await signAccessToken(SECRET, NEW);
    expect(await verifyAccessToken(`${SECRET}!`, token, NOW)).toBeUndefined();
  });

  test("passes when made by hand exactly as ours are", async () => {
    expect(await verifyAccessToken(SECRET, await signed(PAYLOAD), NOW)).toEqual(CLAIMS);
  });

  test.each([
    ["another audience", { ...PAYLOAD, aud: "panel" }, {}],
    ["no audience", { ...PAYLOAD, aud: undefined }, {}],
    ["no end", { ...PAYLOAD, exp: undefined }, {}],
    ["no issue time", { ...PAYLOAD, iat: undefined }, {}],
    ["no subject", { ...PAYLOAD, sub: undefined }, {}],
    ["no tenant", { ...PAYLOAD, tid: undefined }, {}],
    ["an empty tenant", { ...PAYLOAD, tid: "" }, {}],
    ["a tenant that is no text", { ...PAYLOAD, tid: 1 }, {}],
    ["no shard", { ...PAYLOAD, shd: undefined }, {}],
    ["no session", { ...PAYLOAD, sid: undefined }, {}],
    ["a start still to come", { ...PAYLOAD, nbf: ISSUED + 30 }, {}],
    ["another type", PAYLOAD, { typ: "JWT" }],
    ["no type", PAYLOAD, { typ: undefined }],
  ])("with %s is nothing, though rightly signed", async (_what, payload, header) => {
    expect(await verifyAccessToken(SECRET, await signed(payload, header), NOW)).toBeUndefined();
  });

  test("signed with the same key by another algorithm is nothing", async () => {
    const key = Buffer.from(hkdfSync("sha256", SECRET, "edge-crm/v1", "access-token", 32));
    const sign = (alg: string, hash: string) => {
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
      const content = `${encode({ alg, typ: "at+jwt" })}.${encode(PAYLOAD)}`;
      return `${content}.${createHmac(hash, key).update(content).digest("base64url")}`;
    };
    expect(await verifyAccessToken(SECRET, sign("HS256", "sha256"), NOW)).toEqual(CLAIMS);
    expect(await verifyAccessToken(SECRET, sign("HS512", "sha512"), NOW)).toBeUndefined();
    expect(await verifyAccessToken(SECRET, sign("HS512", "sha256"), NOW)).toBeUndefined();
  });

  test("without a signature is nothing", async () => {
    const token = new UnsecuredJWT(PAYLOAD).encode();
    expect(await verifyAccessToken(SECRET, token, NOW)).toBeUndefined();
  });

  test("changed anywhere is nothing", async () => {
    const token = await signAccessToken(SECRET, NEW);
    const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."];
    // The last character of a 256-bit signature has bits that mean nothing: leave it out.
    const index = fc.integer({ min: 0, max: token.length - 2 });
    await fc.assert(
      fc.asyncProperty(index, fc.constantFrom(...alphabet), async (i, character) => {
        fc.pre(token[i] !== character);
        const changed = token.slice(0, i) + character + token.slice(i + 1);
        expect(await verifyAccessToken(SECRET, changed, NOW)).toBeUndefined();
      }),
    );
  });

  test("is never found in arbitrary text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 5000 }), async (text) => {
        expect(await verifyAccessToken(SECRET, text, NOW)).toBeUndefined();
      }),
    );
  });
});
