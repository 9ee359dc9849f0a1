import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveKey, keyId } from "../../../src/lib/crypto/derive-key.ts";
import { open, seal } from "../../../src/lib/crypto/seal.ts";

const SECRET = "a secret that is only used in tests, 32+ bytes";
const OTHER = "another secret that is only used in tests, too";

describe("sealing", () => {
  test("gives back any text, and never the same sealed text twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
        const sealed = await seal(SECRET, "sender-credentials", text, "tenant/row");
        expect(await open(SECRET, "sender-credentials", sealed, "tenant/row")).toBe(text);
        expect(await seal(SECRET, "sender-credentials", text, "tenant/row")).not.toBe(sealed);
      }),
    );
  });

  test("opens neither under another secret nor in another place", async () => {
    const sealed = await seal(SECRET, "sender-credentials", "token", "tenant-a/row");
    expect(await open(OTHER, "sender-credentials", sealed, "tenant-a/row")).toBeUndefined();
    expect(await open(SECRET, "sender-credentials", sealed, "tenant-b/row")).toBeUndefined();
    expect(await open(SECRET, "sender-credentials", sealed)).toBeUndefined();
  });

  test("does not open once any byte is changed", async () => {
    const sealed = await seal(SECRET, "sender-credentials", "token");
    const [id, data = ""] = sealed.split(".");
    const bytes = Buffer.from(data, "base64url");
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
      const forged = `${id}.${changed.toString("base64url")}`;
      expect(await open(SECRET, "sender-credentials", forged)).toBeUndefined();
    }
  });

  test("what was never sealed does not open", async () => {
    const id = await keyId(SECRET);
    for (const text of ["", ".", "plain", `${id}.`, `${id}.AA`, `${id}.${"A".repeat(40)}`, `${id}.a.b`]) {
      expect(await open(SECRET, "sender-credentials", text)).toBeUndefined();
    }
  });

  test("says which secret it was sealed under without giving it away", async () => {
    const sealed = await seal(SECRET, "sender-credentials", "token");
    expect(sealed.split(".")[0]).toBe(await keyId(SECRET));
    expect(await keyId(SECRET)).toMatch(/^[\w-]{8}$/);
    expect(await keyId(SECRET)).not.toBe(await keyId(OTHER));
  });
});

describe("derived keys", () => {
  test("cannot be read back and do only what they are for", async () => {
    const sealing = await deriveKey(SECRET, "sender-credentials");
    const signing = await deriveKey(SECRET, "access-token");
    expect(sealing.extractable).toBe(false);
    expect(signing.extractable).toBe(false);
    expect(sealing.usages.toSorted()).toEqual(["decrypt", "encrypt"]);
    expect(signing.usages.toSorted()).toEqual(["sign", "verify"]);
  });
});
