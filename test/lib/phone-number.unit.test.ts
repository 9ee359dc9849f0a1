import { expect, test } from "vitest";
import { examplePhoneNumber, parsePhoneNumber } from "../../src/lib/phone-number.ts";

test.each([
  ["8 (912) 345-67-89", "RU", "+79123456789"],
  ["79123456789", "RU", "+79123456789"],
  ["9123456789", "RU", "+79123456789"],
  ["+7 495 123-45-67", "US", "+74951234567"],
  ["8 800 555-35-35", "RU", "+78005553535"],
  ["8 701 234 5678", "KZ", "+77012345678"],
  ["020 7946 0958", "GB", "+442079460958"],
  ["(213) 373-4253", "US", "+12133734253"],
  ["+998 90 123 45 67", "RU", "+998901234567"],
  ["+79123456789", "ZZ", "+79123456789"],
])("%s in %s is %s", (text, country, number) => {
  expect(parsePhoneNumber(text, country)).toEqual({ number, extension: undefined });
});

test.each([
  ["123", "RU"],
  ["+7 000 000-00-00", "RU"],
  ["+7 912 345-67-8", "RU"],
  ["+7 912 345-67-890", "RU"],
  ["+999 1234567", "RU"],
  ["call +79123456789 now", "RU"],
  ["89123456789", "US"],
  ["9123456789", "ZZ"],
  ["", "RU"],
])("%j in %s is no phone number", (text, country) => {
  expect(parsePhoneNumber(text, country)).toBeUndefined();
});

test("an extension is told apart", () => {
  expect(parsePhoneNumber("+7 495 123-45-67 доб. 12", "RU")).toEqual({
    number: "+74951234567",
    extension: "12",
  });
});

test.each(["RU", "US", "DE", "KZ", "ZZ", "nonsense"])("the example for %s is a phone number", (country) => {
  expect(parsePhoneNumber(examplePhoneNumber(country), country)).toBeDefined();
});
