import { type Issue, invalidInput } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import { isId } from "../../lib/ids.ts";
import { isAbsent, isBlank } from "./blank.ts";
import type { Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { sampleOf } from "./sample.ts";
import { settingPath } from "./settings.ts";
import { readLine, withinLength } from "./text-value.ts";

const MOST_OPTIONS = 500;
const LONGEST_OPTION = 200;

/** An option as an attribute definition gives it. */
export interface OptionInput {
  readonly value: string;
  readonly color: string | null;
}

/**
 * Either `options`, a list of `{value, color?}` or plain texts that becomes the attribute's own list, or
 * `select_list_id`, a list shared by several attributes. Whoever defines the attribute stores what this returns.
 */
export function parseSelectSettings(
  raw: Readonly<Record<string, unknown>>,
  path: string,
): Record<string, Json> {
  const { options, select_list_id: listId } = raw;
  const optionsPath = settingPath(path, "options");
  if (isAbsent(options) && isAbsent(listId)) throw invalidInput({ path: optionsPath, code: "required" });
  if (isAbsent(listId))
    return { options: readOptions(options, optionsPath).map(({ value, color }) => ({ value, color })) };
  const listPath = settingPath(path, "select_list_id");
  if (!isAbsent(options)) throw invalidInput({ path: listPath, code: "options_given_twice" });
  const id = typeof listId === "string" ? listId.toLowerCase() : "";
  if (!isId(id))
    throw invalidInput({ path: listPath, code: "invalid_uuid", params: { value: sampleOf(listId) } });
  return { select_list_id: id };
}

/** The text of an option as it may stand in a list. */
export function readOptionValue(raw: unknown): string {
  const line = readLine(raw);
  if (line === null) throw new InvalidValue("required");
  return withinLength(line, 1, LONGEST_OPTION);
}

/** `#rgb`, `#rrggbb` or one of CSS's names in lower case; null for none. */
export function readOptionColor(raw: unknown): string | null {
  if (isBlank(raw)) return null;
  if (typeof raw === "string" && /^(#[\da-f]{3}|#[\da-f]{6}|[a-z]{3,20})$/i.test(raw))
    return raw.toLowerCase();
  throw new InvalidValue("not_a_color", { value: sampleOf(raw) });
}

function readOptions(raw: unknown, path: string): OptionInput[] {
  if (!Array.isArray(raw)) {
    throw invalidInput({ path, code: "wrong_type", params: { expected: "array", value: sampleOf(raw) } });
  }
  if (raw.length > MOST_OPTIONS)
    throw invalidInput({ path, code: "too_many_items", params: { max: MOST_OPTIONS } });
  const issues: Issue[] = [];
  const taken = new Set<string>();
  const options = raw.flatMap((item: unknown, i) => {
    const option = readOption(item, `${path}[${i}]`, issues);
    if (!option) return [];
    const folded = foldText(option.value);
    if (taken.has(folded)) {
      issues.push({
        path: `${path}[${i}]`,
        code: "already_taken",
        params: { value: sampleOf(option.value) },
      });
    }
    taken.add(folded);
    return [option];
  });
  if (issues.length > 0) throw invalidInput(...issues);
  return options;
}

function readOption(item: unknown, path: string, issues: Issue[]): OptionInput | undefined {
  const isPlain = typeof item !== "object" || item === null;
  const { value, color, ...others } = (isPlain ? { value: item } : item) as Readonly<Record<string, unknown>>;
  const found = issues.length;
  const at = (field: string): string => (isPlain ? path : `${path}.${field}`);
  const read = <T>(field: string, reader: () => T): T | undefined => {
    try {
      return reader();
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      issues.push(error.at(at(field)));
      return undefined;
    }
  };
  const readValue = read("value", () => readOptionValue(value));
  const readColor = read("color", () => readOptionColor(color));
  for (const key of Object.keys(others)) issues.push({ path: at(key), code: "unknown_field" });
  return issues.length > found ? undefined : { value: readValue ?? "", color: readColor ?? null };
}
