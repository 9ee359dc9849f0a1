import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInn, isKpp, isOgrn } from "../../../src/domain/attribute-kinds/russian-identifiers.ts";

/** Numbers that are widely given as examples of valid ones. */
const companies = {
  inn: ["7707083893", "7736050003", "7728168971"],
  ogrn: ["1027700132195", "1027700070518"],
};
const people = { inn: ["500100732259", "526317984689"], ogrnip: ["304500116000157"] };

test.each([...companies.inn, ...people.inn])("%s is an INN", (inn) => {
  expect(isInn(inn)).toBe(true);
});

test.each([...companies.ogrn, ...people.ogrnip])("%s is an OGRN", (ogrn) => {
  expect(isOgrn(ogrn)).toBe(true);
});

describe("control digits", () => {
  test.each([
    ["an INN of a company", isInn, companies.inn[0] ?? ""],
    ["an INN of a person", isInn, people.inn[0] ?? ""],
    ["an OGRN", isOgrn, companies.ogrn[0] ?? ""],
    ["an OGRNIP", isOgrn, people.ogrnip[0] ?? ""],
  ])("any other last digit spoils %s", (_, isValid, number) => {
    const valid = Array.from({ length: 10 }, (_item, digit) => `${number.slice(0, -1)}${digit}`).filter(
      isValid,
    );
    expect(valid).toEqual([number]);
  });

  test("for any first digits there is exactly one right ending", () => {
    const endings = (body: string, length: number) =>
      Array.from({ length: 10 ** length }, (_, n) => body + String(n).padStart(length, "0"));
    const digits = (length: number) =>
      fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((list) => list.join(""));
    fc.assert(
      fc.property(digits(9), digits(10), digits(12), digits(14), (nine, ten, twelve, fourteen) => {
        expect(endings(nine, 1).filter(isInn)).toHaveLength(1);
        expect(endings(ten, 2).filter(isInn)).toHaveLength(1);
        expect(endings(twelve, 1).filter(isOgrn)).toHaveLength(1);
        expect(endings(fourteen, 1).filter(isOgrn)).toHaveLength(1);
      }),
      { seed: 1 },
    );
  });
});

test.each(["", "770708389", "77070838931", "7707083893 ", "770708389a", "７７０７０８３８９３"])(
  "%j is no INN",
  (text) => {
    expect(isInn(text)).toBe(false);
  },
);

test.each(["", "102770013219", "10277001321950", "1027700132195\n"])("%j is no OGRN", (text) => {
  expect(isOgrn(text)).toBe(false);
});

test.each([
  ["770701001", true],
  ["7707AB001", true],
  ["7707ab001", false],
  ["77070100", false],
  ["7707010011", false],
  ["A70701001", false],
])("isKpp(%j) is %s", (text, expected) => {
  expect(isKpp(text)).toBe(expected);
});
