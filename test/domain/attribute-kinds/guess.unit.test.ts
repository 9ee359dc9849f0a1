import { expect, test } from "vitest";
import { attributeKinds } from "../../../src/domain/attribute-kinds/registry.ts";

/** The kind that an import would propose for the column. */
function likeliest(samples: readonly string[]): string | undefined {
  return [...attributeKinds].sort((a, b) => b.guess(samples) - a.guess(samples))[0]?.name;
}

test.each([
  ["integer", ["1", "2 500", "-300", "0"]],
  ["integer", ["0", "1", "1"]],
  ["float", ["1,5", "2", "1 200,50"]],
  ["float", ["0.1", "-12.75"]],
  ["currency", ["1 200,50 ₽", "300 руб.", "-5₽"]],
  ["currency", ["$1,200.50", "€5"]],
  ["percent", ["12,5 %", "100%"]],
  ["json", ['{"a": 1}', "[1, 2]"]],
  ["boolean", ["да", "Нет", "ДА"]],
  ["boolean", ["true", "False"]],
  ["boolean", ["yes", "no"]],
  ["date", ["31.12.2025", "1.2.2024"]],
  ["date", ["2025-01-02", "31.12.2025"]],
  ["datetime", ["2025-09-01T10:00:00Z", "2025-09-01 10:00"]],
  ["datetime", ["31.12.2025 9:30", "31.12.2025, 18:00:15"]],
  ["time", ["9:30", "10:00", "23:59:59"]],
  ["email", ["a@example.com", "b@example.org"]],
  ["phone", ["8 (912) 345-67-89", "+79123456789", "9123456789"]],
  ["phone", ["89123456789", "89213456789"]],
  ["phone", ["+1 213 373 4253"]],
  ["url", ["https://example.com", "www.example.org/page"]],
  ["user", ["0192f0c1-2b3c-7d4e-8f50-123456789abc"]],
  ["select", Array.from({ length: 12 }, (_, i) => (i % 3 ? "Новый" : "В работе"))],
  ["string", ["ООО «Ромашка»", "АО «Берёза»"]],
  ["string", ["7707083893", "500100732259"]],
  ["string", ["1027700132195", "1027700070518"]],
  ["string", ["007", "012"]],
  ["string", ["31.02.2025", "99.99.2025"]],
  ["text", ["first line\nsecond line", "short"]],
  ["text", ["слово ".repeat(60)]],
])("%s: %j", (kind, samples) => {
  expect(likeliest(samples)).toBe(kind);
});

test("a guess is a probability, and falls with every text that does not fit", () => {
  for (const kind of attributeKinds) {
    for (const samples of [[], ["1"], ["да", "1", "0"], ["x", "y\nz"]]) {
      expect(kind.guess(samples)).toBeGreaterThanOrEqual(0);
      expect(kind.guess(samples)).toBeLessThanOrEqual(1);
    }
  }
  const date = attributeKinds.find((kind) => kind.name === "date");
  expect(date?.guess(["31.12.2025", "soon", "later", "2025-01-02"])).toBe(0.5);
});
