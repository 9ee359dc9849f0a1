import { describe, expect, test } from "vitest";
import { emailKind } from "../../../src/domain/attribute-kinds/email.ts";
import { InvalidValue } from "../../../src/domain/attribute-kinds/kind.ts";
import { phoneKind } from "../../../src/domain/attribute-kinds/phone.ts";
import { urlKind } from "../../../src/domain/attribute-kinds/url.ts";
import { attributeOf, inRussia, outcome } from "./fixture.ts";

describe("email", () => {
  test.each([
    ["", null],
    [" Sales@Example.COM ", "Sales@example.com"],
    ["first.last+tag@mail.example.co.uk", "first.last+tag@mail.example.co.uk"],
    ["o'neil@example.com", "o'neil@example.com"],
    ["почта@пример.рф", "почта@пример.рф"],
    ["a@xn--e1afmkfd.xn--p1ai", "a@xn--e1afmkfd.xn--p1ai"],
    [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
    [`${"a".repeat(65)}@example.com`, "<not_an_email>"],
    [`a@${"b".repeat(64)}.com`, "<not_an_email>"],
    [`a@${"b.".repeat(130)}com`, "<too_long>"],
    ["example.com", "<not_an_email>"],
    ["@example.com", "<not_an_email>"],
    ["a@", "<not_an_email>"],
    ["a@localhost", "<not_an_email>"],
    ["a@example.c", "<not_an_email>"],
    ["a@127.0.0.1", "<not_an_email>"],
    ["a@b@example.com", "<not_an_email>"],
    ["a b@example.com", "<not_an_email>"],
    [".a@example.com", "<not_an_email>"],
    ["a..b@example.com", "<not_an_email>"],
    ["a.@example.com", "<not_an_email>"],
    ["a@-example.com", "<not_an_email>"],
    ["a@example..com", "<not_an_email>"],
    ["Demo <a@example.com>", "<not_an_email>"],
    ["a@example.com\nBcc: b@example.com", "<has_line_break>"],
    [1, "<wrong_type>"],
  ])("reads %j as %j", (raw, expected) => {
    expect(outcome(emailKind, raw)).toBe(expected);
  });

  test("case does not matter to its keys", () => {
    const attribute = attributeOf(emailKind);
    expect(emailKind.indexKey("Sales@example.com", attribute)).toBe("sales@example.com");
    expect(emailKind.uniqueKey?.("Sales@example.com", attribute)).toBe("sales@example.com");
  });
});

describe("phone", () => {
  test.each([
    ["", null],
    [" 8 (912) 345-67-89 ", "+79123456789"],
    ["+1 213 373 4253", "+12133734253"],
    ["123", "<not_a_phone>"],
    ["позвоните мне", "<not_a_phone>"],
    ["+7 000 000-00-00", "<not_a_phone>"],
    ["+7 495 123-45-67 доб. 12", "<phone_extension>"],
    ["1".repeat(65), "<too_long>"],
    [79123456789, "<wrong_type>"],
  ])("reads %j as %j", (raw, expected) => {
    expect(outcome(phoneKind, raw)).toBe(expected);
  });

  test("a number without a country code belongs to the context's country", () => {
    const attribute = attributeOf(phoneKind);
    expect(phoneKind.parse("(213) 373-4253", attribute, { defaultCountry: "US" })).toBe("+12133734253");
    expect(() => phoneKind.parse("(213) 373-4253", attribute, inRussia)).toThrow(InvalidValue);
  });

  test("the problem names the country and an example of it", () => {
    const attribute = attributeOf(phoneKind);
    expect(() => phoneKind.parse("123", attribute, inRussia)).toThrow(
      expect.objectContaining({
        code: "not_a_phone",
        params: { value: "'123'", country: "RU", example: "+7 912 345 67 89" },
      }),
    );
  });

  test("text operators look at the digits, however the operand is written", () => {
    const digits = phoneKind.foldedText?.("+79123456789", attributeOf(phoneKind));
    expect(digits).toBe("79123456789");
    expect(phoneKind.foldOperand?.("(912) 345")).toBe("912345");
    expect(phoneKind.foldOperand?.("+7 912")).toBe("7912");
    expect(digits).not.toContain(phoneKind.foldOperand?.("Нет"));
  });
});

describe("url", () => {
  test.each([
    ["", null],
    ["https://example.com", "https://example.com"],
    [" HTTP://Example.COM/Path?Q=A#B ", "http://example.com/Path?Q=A#B"],
    ["example.com", "https://example.com"],
    ["www.example.com/page", "https://www.example.com/page"],
    ["example.com:8080/x", "https://example.com:8080/x"],
    ["пример.рф/страница", "https://пример.рф/страница"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://[::1]/", "http://[::1]/"],
    [`https://example.com/${"a".repeat(2_028)}`, `https://example.com/${"a".repeat(2_028)}`],
    [`example.com/${"a".repeat(2_040)}`, "<too_long>"],
    ["example", "<not_a_url>"],
    ["ftp://example.com", "<not_a_url>"],
    ["mailto:a@example.com", "<not_a_url>"],
    ["javascript:alert(1)", "<not_a_url>"],
    ["data:text/html,x", "<not_a_url>"],
    ["tel:123", "<not_a_url>"],
    ["//example.com", "<not_a_url>"],
    ["https://", "<not_a_url>"],
    ["https:///path", "<not_a_url>"],
    ["https://exa mple.com", "<not_a_url>"],
    ["https:\\\\example.com", "<not_a_url>"],
    ["https://example.com:99999", "<not_a_url>"],
    ["https://user:secret@example.com", "<url_with_credentials>"],
    ["https://user@example.com", "<url_with_credentials>"],
    ["a@example.com", "<url_with_credentials>"],
    ["https://example.com\nx", "<has_line_break>"],
    [1, "<wrong_type>"],
  ])("reads %j as %j", (raw, expected) => {
    expect(outcome(urlKind, raw)).toBe(expected);
  });

  test("two pages whose addresses fold alike are two values", () => {
    const attribute = attributeOf(urlKind);
    const [a, b] = ["https://example.com/A", "https://example.com/a"];
    expect(urlKind.indexKey(a, attribute)).toBe(urlKind.indexKey(b, attribute));
    expect(urlKind.uniqueKey?.(a, attribute)).not.toBe(urlKind.uniqueKey?.(b, attribute));
  });
});
