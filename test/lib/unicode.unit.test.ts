import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  capCodePoints,
  countCodePoints,
  hasLineBreak,
  isInvisible,
  isStorableText,
} from "../../src/lib/unicode.ts";

describe("capCodePoints", () => {
  test.each([
    ["abc", 5, "abc"],
    ["abc", 2, "ab"],
    ["👍👍👍", 2, "👍👍"],
    ["a👍b", 2, "a👍"],
    ["abc", 0, ""],
    ["", 3, ""],
  ])("%o to %d", (text, limit, capped) => {
    expect(capCodePoints(text, limit)).toBe(capped);
  });

  test("takes exactly the first code points", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x10ffff)), fc.nat(20), (points, limit) => {
        const text = String.fromCodePoint(...points);
        expect(capCodePoints(text, limit)).toBe([...text].slice(0, limit).join(""));
      }),
      { seed: 3 },
    );
  });
});

test("countCodePoints counts what iterating gives, lone surrogates included", () => {
  const units = fc.array(fc.constantFrom("a", "\ud83d", "\udc4d", "👍", "я"));
  fc.assert(
    fc.property(units, (parts) => {
      const text = parts.join("");
      expect(countCodePoints(text)).toBe([...text].length);
    }),
    { seed: 3 },
  );
});

test.each([
  ["", true],
  ["привет 👍", true],
  ["\u0001\ufffd", true],
  ["a\0b", false],
  ["\ud83d", false],
  ["\udc4d\ud83d", false],
])("isStorableText(%j) is %s", (text, storable) => {
  expect(isStorableText(text)).toBe(storable);
});

test.each([
  ["", true],
  [" \n\u00a0", true],
  ["\u200b\ufeff\u2060", true],
  [".", false],
  ["❤️", false],
])("isInvisible(%j) is %s", (text, invisible) => {
  expect(isInvisible(text)).toBe(invisible);
});

test.each(["\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029"])("%j breaks a line", (character) => {
  expect(hasLineBreak(`a${character}b`)).toBe(true);
  expect(hasLineBreak("a\tb c")).toBe(false);
});
