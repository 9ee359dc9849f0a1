import { scrypt } from "node:crypto";
import { expect, test, vi } from "vitest";
import { hashPassword, verifyDummyPassword, verifyPassword } from "../../../src/lib/crypto/password.ts";

// The real one, watched.
vi.mock("node:crypto", { spy: true });

test("the dummy costs exactly what a wrong password does", async () => {
  const phc = await hashPassword("correct horse battery");
  const costs = async (hash: () => Promise<boolean>) => {
    vi.mocked(scrypt).mockClear();
    expect(await hash()).toBe(false);
    return vi
      .mocked(scrypt)
      .mock.calls.map(([password, salt, length, options]) => [
        password,
        (salt as Uint8Array).length,
        length,
        options,
      ]);
  };
  const wrong = await costs(() => verifyPassword("wrong horse battery", phc));
  expect(wrong).toHaveLength(1);
  expect(await costs(() => verifyDummyPassword("wrong horse battery"))).toEqual(wrong);
});
