import { type Issue, invalidInput } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import { isAbsent, isBlank } from "./blank.ts";
import { readId } from "./id-value.ts";
import type { Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { sampleOf } from "./sample.ts";
import { attempt, settingPath } from "./settings.ts";
import { readLine, withinLength } from "./text-value.ts";

export const MOST_OPTIONS = 500;
const LONGEST_OPTION = 200;

/** An option as an attribute definition gives it. */
export type OptionInput = { readonly value: string; readonly color: string | null };

/**
 * Either `options`, a list of `{value, color?}` or plain texts that becomes the attribute's own list, or
 * `select_list_id`, a list shared by several attributes. Whoever defines the attribute stores what this returns.
 * @throws AppError invalid_input
 */
export function parseSelectSettings(
  raw: Readonly<Record<string, unknown>>,
  path: string,
): Record<string, Json> {
  const { options, select_list_id: listId } = raw;
  const optionsPath = settingPath(path, "options");
  const listPath = settingPath(path, "select_list_id");
  if (isAbsent(options) && isAbsent(listId)) throw invalidInput({ path: optionsPath, code: "required" });
  if (isAbsent(listId)) return { options: readOptions(options, optionsPath) };
  if (!isAbsent(options)) throw invalidInput({ path: listPath, code: "options_given_twice" });
  const issues: Issue[] = [];
  const id = attempt(issues, listPath, () => readId(listId));
  if (id === undefined) throw invalidInput(...issues);
  return { select_list_id: id };
}

/** The text of an option as it may stand in a list. */
export function readOptionValue(raw: unknown): string {
  const line = readLine(raw);
  if (line === null) throw new InvalidValue("required");
  return withinLength(line, 1, LONGEST_OPTION);
}

/** `#rgb`, `#rrggbb` or one of CSS's names, in lower case; null for none. */
export function readOptionColor(raw: unknown): string | null {
  if (isBlank(raw)) return null;
  const isColor = typeof raw === "string" && /^(#[\da-f]{3}|#[\da-f]{6}|[a-z]{3,20})$/i.test(raw);
  if (!isColor) throw new InvalidValue("not_a_color", { value: sampleOf(raw) });
  return raw.toLowerCase();
}

function readOptions(raw: unknown, path: string): OptionInput[] {
  if (!Array.isArray(raw)) {
    throw invalidInput(new InvalidValue("wrong_type", { expected: "array", value: sampleOf(raw) }).at(path));
  }
  if (raw.length > MOST_OPTIONS) {
    throw invalidInput(new InvalidValue("too_many_items", { max: MOST_OPTIONS }).at(path));
  }
  const issues: Issue[] = [];
  const taken = new Set<string>();
  const options: OptionInput[] = [];
  for (const [i, item] of raw.entries()) {
    const option = readOption(item, `${path}[${i}]`, issues);
    const folded = foldText(option.value);
    if (option.value !== "" && taken.has(folded)) {
      issues.push({
        path: `${path}[${i}]`,
        code: "already_taken",
        params: { value: sampleOf(option.value) },
      });
    }
    taken.add(folded);
    options.push(option);
  }
  if (issues.length > 0) throw invalidInput(...issues);
  return options;
}

/** One item of the list; what is wrong with it is added to the issues. */
function readOption(item: unknown, path: string, issues: Issue[]): OptionInput {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    return { value: attempt(issues, path, () => readOptionValue(item)) ?? "", color: null };
  }
  const { value, color, ...others } = item as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(others)) issues.push({ path: `${path}.${key}`, code: "unknown_field" });
  return {
    value: attempt(issues, `${path}.value`, () => readOptionValue(value)) ?? "",
    color: attempt(issues, `${path}.color`, () => readOptionColor(color)) ?? null,
  };
}
