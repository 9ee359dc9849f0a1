import { describe, expect, test } from "vitest";
import { checkPassword } from "../../../src/domain/passwords/check-password.ts";
import { COMMON_PASSWORDS } from "../../../src/domain/passwords/common-passwords.ts";
import { AppError } from "../../../src/errors.ts";

const codeOf = (password: string, email = "anna.petrova@acme.test") => {
  try {
    checkPassword("new_password", password, email);
    return "good";
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [issue] = error.issues;
    expect(issue?.path).toBe("new_password");
    return issue?.code;
  }
};

describe("a password", () => {
  test.each([
    ["qwertyuiop", "too_common"],
    ["QwertyUIOP", "too_common"],
    ["1234567890", "too_common"],
    ["йцукенгшщз", "too_common"],
    ["Йцукенгшщз", "too_common"],
    ["ｑｗｅｒｔｙｕｉｏｐ", "too_common"],
    ["aaaaaaaaaaaaaaaa", "too_common"],
    ["1212121212121212", "too_common"],
    ["aaaaabbbbbccccc", "too_common"],
    ["xanna.petrovax", "has_own_name"],
    ["ANNA.Petrova-2026", "has_own_name"],
    ["123456789", "too_short"],
    // Ten code units, five characters.
    ["😀😁😂🤣😃", "too_short"],
    ["correct horse battery", "good"],
    ["пароль не для всех", "good"],
    ["anna and petrova", "good"],
  ])("%s: %s", (password, code) => {
    expect(codeOf(password)).toBe(code);
  });

  test("may have a short name in it: those stand in many words", () => {
    expect(codeOf("correct horse", "ors@acme.test")).toBe("good");
    expect(codeOf("correct horse", "orse@acme.test")).toBe("has_own_name");
  });

  test("is none of the list, each of which would pass otherwise", () => {
    const list = COMMON_PASSWORDS.trim().split(/\s+/);
    expect(list).toHaveLength(1557);
    expect(new Set(list).size).toBe(list.length);
    for (const password of list) {
      expect(password.length).toBeGreaterThanOrEqual(10);
      expect(password).toBe(password.normalize("NFKC").toLowerCase());
      expect(codeOf(password)).toBe("too_common");
    }
  });
});
