import { describe, expect, test } from "vitest";
import { CREDENTIALS } from "../../../src/domain/messaging/credentials.ts";

describe("credentials of wappi", () => {
  const right = { token: "abc.DEF-123", profile_id: "71ad40e9-b023" };

  test("are a token and a profile", () => {
    expect(CREDENTIALS.wappi.parse(right)).toEqual(right);
  });

  test.each([
    ["no token", { profile_id: "p" }],
    ["no profile", { token: "t" }],
    ["an empty token", { ...right, token: "" }],
    ["a token that would break out of its header", { ...right, token: "a\r\nx-evil: 1" }],
    ["a token no header can carry", { ...right, token: "токен" }],
    ["a token with spaces", { ...right, token: "Bearer abc" }],
    ["a token too long", { ...right, token: "a".repeat(501) }],
    ["an address of its own", { ...right, base_url: "http://169.254.169.254" }],
  ])("are not %s", (_what, credentials) => {
    expect(CREDENTIALS.wappi.safeParse(credentials).success).toBe(false);
  });
});

test("the sandbox needs none and takes none", () => {
  expect(CREDENTIALS.sandbox.safeParse({}).success).toBe(true);
  expect(CREDENTIALS.sandbox.safeParse({ token: "t" }).success).toBe(false);
});
