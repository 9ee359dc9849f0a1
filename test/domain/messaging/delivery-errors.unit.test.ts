import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { wireError } from "../../../src/domain/messaging/delivery-errors.ts";

const src = join(import.meta.dirname, "../../../src");

/** The codes that providers and decisions give to deliveries and senders, wherever they stand in the source. */
function codesInUse(): Set<string> {
  const files = globSync("{gateways,domain/messaging}/*.ts", { cwd: src });
  const pattern =
    /(?:cause|error|reason): "([a-z_]+)"|code: "([a-z_]+)",\s*detail\b|blocked\("([a-z_]+)"|\?\? "([a-z_]+)", detail|\["([a-z_]+)", \/|^ {4}"(sender_[a-z]+)",$|^ {2}\| "([a-z]+_[a-z_]+)";?$/gm;
  const codes = files.flatMap((file) =>
    [...readFileSync(join(src, file), "utf8").matchAll(pattern)].map((match) => match.slice(1).find(Boolean)),
  );
  return new Set(codes.filter((code) => code !== undefined));
}

test("every code has a text in both languages", () => {
  const codes = codesInUse();
  for (const known of [
    "provider_rejected",
    "timeout",
    "sender_banned",
    "sender_offline",
    "call_interrupted",
  ]) {
    expect(codes).toContain(known);
  }
  for (const code of codes) {
    for (const locale of ["en", "ru"] as const) {
      const { detail } = wireError(code, null, locale);
      expect([code, detail]).toEqual([code, expect.stringMatching(/^\p{Lu}.+\.$/u)]);
    }
  }
});

test("the provider's own words come first", () => {
  expect(wireError("provider_rejected", "Номер не найден", "en")).toEqual({
    code: "provider_rejected",
    detail: "Номер не найден",
  });
  expect(wireError("timeout", "", "ru").detail).toMatch(/Провайдер не ответил/);
});
