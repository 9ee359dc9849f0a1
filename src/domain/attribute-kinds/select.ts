import { foldText } from "../../lib/fold-text.ts";
import { isBlank } from "./blank.ts";
import type { Attribute, AttributeKind, Json, SelectOption } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { EQUALITY, PRESENCE } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { parseSelectSettings } from "./select-settings.ts";

/** How many of the options a problem names. */
const SHOWN = 10;

/** One of a list's options, stored as the option's number, so that renaming an option touches no record. */
export const selectKind: AttributeKind<number> = {
  name: "select",
  settingNames: ["options", "select_list_id"],
  parseSettings: parseSelectSettings,
  parse(raw, attribute) {
    return isBlank(raw) ? null : readOption(raw, attribute).number;
  },
  /** An option that is gone reads as blank. */
  toWire: (value, attribute) => attribute.options.find((option) => option.number === value)?.value ?? null,
  indexKey: (value) => value,
  operators: [...EQUALITY, ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: optionSchema,
  inputJsonSchema: (attribute) => optionSchema({ ...attribute, options: stayingOptions(attribute.options) }),
  /** Few different short texts that come again and again. */
  guess(samples) {
    const different = new Set(samples.map(foldText));
    const isShortList = different.size <= 20 && samples.every((sample) => sample.length <= 50);
    return isShortList && samples.length >= 10 ? 0.5 * (1 - different.size / samples.length) : 0;
  },
};

/** The attribute's option of that name. @throws InvalidValue */
export function readOption(raw: unknown, attribute: Attribute): SelectOption {
  if (typeof raw !== "string")
    throw new InvalidValue("wrong_type", { expected: "string", value: sampleOf(raw) });
  const option = findOption(raw, attribute.options);
  if (!option) throw new InvalidValue("unknown_option", { value: sampleOf(raw), allowed: shown(attribute) });
  return option;
}

function findOption(text: string, all: readonly SelectOption[]): SelectOption | undefined {
  const options = stayingOptions(all);
  const exact = options.find((option) => option.value === text);
  if (exact) return exact;
  const folded = foldText(text);
  return options.find((option) => foldText(option.value) === folded);
}

/** Those that writes may take. */
export function stayingOptions(options: readonly SelectOption[]): SelectOption[] {
  return options.filter(({ isLeaving }) => !isLeaving);
}

function shown(attribute: Attribute): string {
  const options = stayingOptions(attribute.options);
  const values = options.slice(0, SHOWN).map((option) => sampleOf(option.value));
  return options.length > SHOWN ? `${values.join(", ")}, …` : values.join(", ");
}

/** JSON Schema of one option. */
export function optionSchema({ options }: Attribute): Record<string, Json> {
  // An empty enum is not a valid schema.
  return options.length === 0
    ? { type: "string" }
    : { type: "string", enum: options.map((option) => option.value) };
}
