import { isAbsent, isBlank } from "./blank.ts";
import { readId } from "./id-value.ts";
import { type AttributeKind, InvalidValue, type Json } from "./kind.ts";
import { EQUALITY, PRESENCE, SETS } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { kindSettings, type SettingRule } from "./settings.ts";

/** How many links of one record and relation are shown, and may be written at once. */
export const MOST_LINKS = 100;

const ID = { type: "string", format: "uuid" };
const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Written as an id, or as the object that is read. */
const WRITTEN: Record<string, Json> = {
  anyOf: [
    ID,
    { type: "object", properties: { id: ID, title: {} }, required: ["id"], additionalProperties: false },
  ],
};
const SHOWN: Record<string, Json> = {
  type: "object",
  properties: { id: ID, title: { type: ["string", "null"] } },
  required: ["id", "title"],
  additionalProperties: false,
};

const settings = kindSettings({
  target_entity_type_id: { read: textSetting },
  allow_multiple_selection: { read: booleanSetting, default: false },
  create_back_relation: { read: booleanSetting },
  back_relation_name: nameSetting(),
  back_relation_display_name: { read: textSetting },
  display_attribute_id: { read: textSetting },
  inverse_attribute_id: { read: textSetting },
  is_back_relation: { read: booleanSetting },
});

const common = {
  name: "relation",
  ...settings,
  fixedSettings: settings.settingNames,
  canBeUnique: false,
  canBeIndexed: false,
  canBeSorted: false,
  indexedByDefault: false,
  guess: () => 0,
};

/**
 * Links to records of an entity type. They stand in a table of their own, one row for both sides, and never among a
 * record's values: the stored form is what requests and filters name them by, their ids.
 */
export const relationKind: AttributeKind<string> = {
  ...common,
  resultKind: ({ settings: own }) => (own.allow_multiple_selection === true ? severalLinks : relationKind),
  parse: (raw) => (isBlank(raw) ? null : readLink(raw)),
  toWire: (id) => ({ id, title: null }),
  indexKey: (id) => id,
  operators: [...EQUALITY, ...PRESENCE],
  jsonSchema: () => SHOWN,
  inputJsonSchema: () => WRITTEN,
};

const severalLinks: AttributeKind<string[]> = {
  ...common,
  parse(raw) {
    if (isBlank(raw)) return null;
    const items: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
    if (items.length > MOST_LINKS) throw new InvalidValue("too_many_items", { max: MOST_LINKS });
    const ids = [...new Set(items.map(readLink))];
    return ids.length === 0 ? null : ids;
  },
  toWire: (ids) => ids.map((id) => ({ id, title: null })),
  indexKey: (ids) => JSON.stringify(ids),
  operators: [...SETS, ...PRESENCE],
  jsonSchema: () => ({ type: "array", items: SHOWN, maxItems: MOST_LINKS }),
  inputJsonSchema: () => ({ type: "array", items: WRITTEN, maxItems: MOST_LINKS }),
};

/** Clients may send back what they read, so an object may carry the title as well; nothing else. */
function readLink(raw: unknown): string {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return readId(raw);
  if (Object.keys(raw).some((key) => key !== "id" && key !== "title")) {
    throw new InvalidValue("wrong_type", { expected: "link", value: sampleOf(raw) });
  }
  return readId("id" in raw ? raw.id : undefined);
}

function textSetting(raw: unknown): string {
  const text = typeof raw === "string" ? raw.trim() : "";
  if (text !== "" && text.length <= 200) return text;
  throw new InvalidValue("wrong_type", { expected: "string", value: sampleOf(raw) });
}

function booleanSetting(raw: unknown): boolean {
  if (typeof raw === "boolean") return raw;
  throw new InvalidValue("not_a_boolean", { value: sampleOf(raw) });
}

function nameSetting(): SettingRule {
  return {
    read(raw) {
      if (typeof raw === "string" && NAME.test(raw)) return raw;
      throw new InvalidValue("invalid_format", { value: sampleOf(raw), format: "regex" });
    },
  };
}

/** Whether an attribute definition asks for the other side to be made as well. */
export function asksForBackSide(own: Readonly<Record<string, unknown>>): boolean {
  return !isAbsent(own.create_back_relation) && own.create_back_relation !== false;
}
