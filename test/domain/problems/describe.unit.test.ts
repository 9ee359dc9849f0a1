import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidValue } from "../../../src/domain/attribute-kinds/kind.ts";
import { phoneKind } from "../../../src/domain/attribute-kinds/phone.ts";
import { describeProblem, pickLocale } from "../../../src/domain/problems/describe.ts";
import { AppError, type ErrorCode, invalidInput, notFound } from "../../../src/errors.ts";
import { attributeOf } from "../attribute-kinds/fixture.ts";

describe("describeProblem", () => {
  test.each([
    ["en", "phone: '123' is not a phone number in RU; try +7 912 345 67 89"],
    ["ru", "phone: '123' — не номер телефона (RU); пример: +7 912 345 67 89"],
  ] as const)("says in %s what would be right, and where", (locale, detail) => {
    try {
      phoneKind.parse("123", attributeOf(phoneKind), { defaultCountry: "RU" });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      const problem = describeProblem(invalidInput(error.at("phone")), locale);
      expect(problem.errors).toEqual([{ path: "phone", code: "not_a_phone", detail }]);
      expect(problem.detail).toBe(detail);
    }
  });

  test("an issue with the body itself has no path in front", () => {
    const { errors } = describeProblem(
      invalidInput({ path: "", code: "wrong_type", params: { expected: "object" } }),
      "en",
    );
    expect(errors).toEqual([{ path: "", code: "wrong_type", detail: "must be an object" }]);
  });

  test("what a param is missing for is left out", () => {
    const detail = (params: Record<string, string | number>) =>
      describeProblem(invalidInput({ path: "sort", code: "invalid_choice", params }), "en").detail;
    expect(detail({})).toBe("sort: must be one of the allowed values");
    expect(detail({ allowed: "asc, desc" })).toBe("sort: must be one of the allowed values: asc, desc");
    expect(detail({ value: "'up'", allowed: "asc, desc" })).toBe(
      "sort: 'up' is not possible; must be one of the allowed values: asc, desc",
    );
  });

  test("words are translated where they name a sort of thing, never in values", () => {
    expect(describeProblem(notFound("record"), "ru").detail).toBe("Такого объекта нет: запись.");
    expect(describeProblem(notFound("entity_type"), "en").detail).toBe(
      "There is no such thing: entity type.",
    );
    const issue = { path: "role", code: "unknown_role", params: { value: "role" } };
    expect(describeProblem(invalidInput(issue), "ru").detail).toBe(
      "role: нет роли с таким идентификатором: role",
    );
  });

  test("seconds until another try are told", () => {
    const error = new AppError("too_many_requests", { retryAfter: 17 });
    expect(describeProblem(error, "en")).toEqual({
      title: "Too many requests",
      detail: "Too many attempts; try again in 17 s.",
    });
    expect(describeProblem(error, "ru").detail).toBe("Слишком много попыток; повторите через 17 с.");
  });

  test("the detail of the whole tells the first three issues", () => {
    const issues = ["a", "b", "c", "d"].map((path) => ({ path, code: "required" }));
    expect(describeProblem(invalidInput(...issues.slice(0, 2)), "en").detail).toBe(
      "a: must be given; b: must be given",
    );
    expect(describeProblem(invalidInput(...issues), "en").detail).toBe(
      "a: must be given; b: must be given; c: must be given; …",
    );
  });

  test("braces, brackets and replacement patterns in values stay what they are", () => {
    const value = "{max} [x] $& $1";
    const issue = { path: "p", code: "unknown_operator", params: { value } };
    expect(describeProblem(invalidInput(issue), "en").detail).toBe(`p: there is no operator ${value} here`);
  });

  test("a code without a text still says something", () => {
    expect(describeProblem(invalidInput({ path: "p", code: "constructor" }), "en").detail).toBe(
      "p: constructor",
    );
    expect(describeProblem(invalidInput({ path: "p", code: "not_a_thing" }), "en").detail).toBe(
      "p: not a thing",
    );
  });

  test("little of what was sent comes back, and only well-formed text", () => {
    const long = fc.string({
      unit: fc.constantFrom("я", "👍", "\ud83d", "{", "[", ".", "\0"),
      minLength: 65,
      maxLength: 5_000,
    });
    fc.assert(
      fc.property(long, fc.constantFrom("ru", "en"), (text, locale) => {
        const issues = Array.from({ length: 150 }, () => ({
          path: text,
          code: "unknown_operator",
          params: { value: text },
        }));
        const { detail, errors = [] } = describeProblem(invalidInput(...issues), locale);
        expect(errors).toHaveLength(100);
        expect([...(errors[0]?.detail ?? "")].length).toBeLessThan(350);
        expect([...detail].length).toBeLessThan(1_100);
        expect(JSON.stringify({ detail, errors }).isWellFormed()).toBe(true);
        expect(detail.isWellFormed()).toBe(true);
        expect(errors[0]?.path.isWellFormed()).toBe(true);
      }),
      { seed: 1 },
    );
  });

  test("a param is cut to 64 characters", () => {
    const issue = { path: "p", code: "unknown_operator", params: { value: "x".repeat(65) } };
    expect(describeProblem(invalidInput(issue), "en").detail).toBe(
      `p: there is no operator ${"x".repeat(63)}… here`,
    );
  });

  test.each(["en", "ru"] as const)("every error can be told in %s without params", (locale) => {
    for (const code of [
      "not_found",
      "forbidden",
      "method_not_allowed",
      "body_too_large",
    ] satisfies ErrorCode[]) {
      expect(describeProblem(new AppError(code), locale).detail).not.toMatch(/[[\]{}?]/);
    }
  });
});

test.each([
  [undefined, "en"],
  [null, "en"],
  ["", "en"],
  ["ru", "ru"],
  ["RU-ru", "ru"],
  ["ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"],
  ["en-US,en;q=0.9,ru;q=0.8", "en"],
  ["ru;q=0.4, en;q=0.6", "en"],
  ["ru;q=0.6,en;q=0.4", "ru"],
  ["de, ru;q=0.5", "ru"],
  ["de", "en"],
  ["*", "en"],
  ["*;q=0.1, ru;q=0.2", "ru"],
  ["ru;q=0", "en"],
  ["ru;q=0.000, en;q=0.001", "en"],
  ["ru;q=2", "en"],
  ["ru;q=abc", "en"],
  ["en, ru", "en"],
  ["ru , en", "ru"],
  ["russian", "en"],
  [";;;,,,q=1", "en"],
  [`${"de,".repeat(100_000)}ru`, "en"],
])("pickLocale case %#", (header, locale) => {
  expect(pickLocale(header)).toBe(locale);
});
