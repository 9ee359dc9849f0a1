import { isBlank } from "./blank.ts";
import type { AttributeKind, Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { PRESENCE, SETS } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { optionSchema, readOption, selectKind } from "./select.ts";

const MOST_CHOSEN = 100;

/** Several of a list's options, stored as their numbers in ascending order, each once; none of them is blank. */
export const multiselectKind: AttributeKind<number[]> = {
  name: "multiselect",
  settingNames: selectKind.settingNames,
  parseSettings: selectKind.parseSettings,
  parse(raw, attribute) {
    if (isBlank(raw)) return null;
    if (!Array.isArray(raw))
      throw new InvalidValue("wrong_type", { expected: "array", value: sampleOf(raw) });
    if (raw.length > MOST_CHOSEN) throw new InvalidValue("too_many_items", { max: MOST_CHOSEN });
    const chosen = new Set(raw.map((item) => readOption(item, attribute).number));
    return chosen.size === 0 ? null : [...chosen].sort((a, b) => a - b);
  },
  /** In the order of the list; options that are gone are left out. */
  toWire(value, attribute) {
    const chosen = attribute.options.filter(({ number }) => value.includes(number));
    return chosen.length === 0 ? null : chosen.map((option) => option.value);
  },
  indexKey: (value) => JSON.stringify(value),
  operators: [...SETS, ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: false,
  canBeSorted: false,
  indexedByDefault: false,
  jsonSchema: (attribute) => listSchema(optionSchema(attribute)),
  inputJsonSchema: (attribute) => listSchema(selectKind.inputJsonSchema(attribute)),
  guess: () => 0,
};

function listSchema(items: Record<string, Json>): Record<string, Json> {
  return { type: "array", items, maxItems: MOST_CHOSEN };
}
