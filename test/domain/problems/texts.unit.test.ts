import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Catalogue, texts } from "../../../src/domain/problems/texts.ts";
import { ERROR_STATUS } from "../../../src/errors.ts";

const src = join(import.meta.dirname, "../../../src");

/** Each code that the source gives to an issue or an error, with a file that does. */
function codesIn(pattern: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync("**/*.{ts,tsx}", { cwd: src })) {
    for (const [, code = ""] of readFileSync(join(src, file), "utf8").matchAll(pattern))
      found.set(code, file);
  }
  return found;
}

/**
 * A code with a detail beside it belongs to a delivery, whose words are the provider's; `custom` is zod's own, which
 * carries ours in its params.
 */
const issueCodes = codesIn(/(?:\bcode: |\bnew InvalidValue\()\s*"(?!custom")([a-z_]+)"(?!,\s*detail\b)/g);
const errorCodes = codesIn(/\bnew AppError\(\s*"([a-z_]+)"/g);

test("the source is really searched", () => {
  expect(issueCodes.get("not_a_phone")).toBe("domain/attribute-kinds/phone.ts");
  expect(errorCodes.get("invalid_input")).toBe("errors.ts");
});

describe.each(Object.entries(texts))("in %s", (_, catalogue) => {
  test("each code of an issue has a text", () => {
    const missing = [...issueCodes].filter(
      ([code]) => !(code in catalogue.issues) && !(code in catalogue.errors),
    );
    expect(missing).toEqual([]);
  });

  test("each code of an error has a title and a detail", () => {
    expect([...errorCodes.keys()].filter((code) => !(code in ERROR_STATUS))).toEqual([]);
    expect(Object.keys(catalogue.errors).sort()).toEqual(Object.keys(ERROR_STATUS).sort());
    for (const text of Object.values(catalogue.errors).flat()) expect(text.trim()).not.toBe("");
  });

  test("brackets and braces match", () => {
    const all = [...Object.values(catalogue.errors).flat(), ...Object.values(catalogue.issues)];
    for (const text of all)
      expect(text.replace(/\[[^[\]]*\]/g, "").replace(/\{\w+\}/g, "")).not.toMatch(/[[\]{}]/);
  });
});

test("both languages mention the same params and know the same words", () => {
  const params = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([param]) => param).sort();
  const shape = ({ errors, issues, words }: Catalogue) => ({
    errors: Object.fromEntries(Object.entries(errors).map(([code, [, detail]]) => [code, params(detail)])),
    issues: Object.fromEntries(Object.entries(issues).map(([code, text]) => [code, params(text)])),
    words: Object.fromEntries(Object.entries(words).map(([param, known]) => [param, Object.keys(known)])),
  });
  expect(shape(texts.ru)).toEqual(shape(texts.en));
});

test("each language is written in its own letters", () => {
  const all = ({ errors, issues }: Catalogue) => [...Object.values(errors).flat(), ...Object.values(issues)];
  for (const text of all(texts.ru)) expect(text).toMatch(/[а-яё]/i);
  for (const text of all(texts.en)) expect(text).not.toMatch(/[а-яё]/i);
});
