import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openSignedCursor, signCursor } from "../../../src/lib/crypto/cursor.ts";

const secret = "a-secret-for-tests-0123456789abcdef";

describe("signed cursors", () => {
  test("give back any text, for what they were made for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string(), async (text, place) => {
        const cursor = await signCursor(secret, place, text || " ");
        expect(cursor).toMatch(/^[\w-]+\.[\w-]{43}$/);
        expect(await openSignedCursor(secret, place, cursor)).toBe(text || " ");
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("open for no other place and under no other secret", async () => {
    const cursor = await signCursor(secret, "a", "b");
    expect(await openSignedCursor(secret, "b", cursor)).toBeUndefined();
    expect(await openSignedCursor(`${secret}!`, "a", cursor)).toBeUndefined();
  });

  test("do not open once any character is changed", async () => {
    const cursor = await signCursor(secret, "a", JSON.stringify(["0199d3c2", 17]));
    for (let i = 0; i < cursor.length - 1; i++) {
      const changed = `${cursor.slice(0, i)}${cursor[i] === "A" ? "B" : "A"}${cursor.slice(i + 1)}`;
      expect(await openSignedCursor(secret, "a", changed)).toBeUndefined();
    }
  });

  test("are nothing but two parts", async () => {
    const cursor = await signCursor(secret, "a", "b");
    for (const text of ["", ".", "x", `${cursor}.`, `.${cursor}`, cursor.split(".")[0] ?? "", "Ы.Ы"]) {
      expect(await openSignedCursor(secret, "a", text)).toBeUndefined();
    }
  });
});
