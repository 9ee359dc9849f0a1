import type { Attribute, Json } from "../../../src/domain/attribute-kinds/kind.ts";
import { kindOf } from "../../../src/domain/attribute-kinds/registry.ts";
import { valueKey } from "../../../src/domain/entity-types/entity-type.ts";
import { withResultsOnRead, withStoredResults } from "../../../src/domain/formulas/calculate.ts";
import { settleFormulas } from "../../../src/domain/formulas/settle-formulas.ts";
import { AppError } from "../../../src/errors.ts";

/** A Wednesday; in Moscow it is the 26th already. */
export const now = new Date("2025-11-25T22:30:00Z");
export const timeZone = "Europe/Moscow";

const OPTIONS = ["New", "Won", "Отказ"];

/** What formulas of these tests can use: name, kind, settings. */
const FIELDS: readonly (readonly [string, string, Record<string, Json>?])[] = [
  ["title", "string"],
  ["notes", "text"],
  ["quantity", "integer"],
  ["stars", "rating"],
  ["weight", "float"],
  ["discount", "percent"],
  ["price", "currency", { currency: "RUB", decimals: 2 }],
  ["fee", "currency", { currency: "RUB", decimals: 2 }],
  ["dollars", "currency", { currency: "USD", decimals: 2 }],
  ["dinars", "currency", { currency: "KWD", decimals: 3 }],
  ["paid", "boolean"],
  ["due", "date"],
  ["signed", "date"],
  ["meeting", "datetime"],
  ["opens", "time"],
  ["email", "email"],
  ["stage", "select"],
  ["manager", "user"],
  ["tags", "multiselect"],
  ["extra", "json"],
  ["code", "autonumber", { pattern: "{1}" }],
];

/** An attribute with the number and id that its place gives it. */
export function field(name: string, valueType: string, place: number, settings: Record<string, Json> = {}) {
  const attribute: Attribute = {
    id: `0192f0c1-0000-7000-8000-${String(place).padStart(12, "0")}`,
    entityTypeId: "0192f0c1-0000-7000-9000-000000000000",
    number: place,
    name,
    displayName: name,
    valueType,
    required: false,
    unique: false,
    indexed: false,
    default: null,
    helpText: null,
    settings,
    selectListId: null,
    options: OPTIONS.map((value, i) => ({
      id: `option ${i}`,
      number: i + 1,
      value,
      color: null,
      position: i,
    })),
    position: place,
  };
  return attribute;
}

export const fields: readonly Attribute[] = FIELDS.map(([name, kind, settings], i) =>
  field(name, kind, i + 1, settings),
);

/** The attributes with formulas beside them, as they are once those are defined. @throws AppError `invalid_input`. */
export function withFormulas(texts: Readonly<Record<string, string>>): Attribute[] {
  const formulas = Object.entries(texts).map(([name, text], i) =>
    field(name, "formula", fields.length + 1 + i, { formula_text: text }),
  );
  const all = [...fields, ...formulas];
  const settled = settleFormulas(
    all,
    formulas.map(({ id, name }) => ({ id, path: name })),
  );
  return all.map((one) => ({ ...one, settings: settled.get(one.id) ?? one.settings }));
}

/** What a formula gives for wire values of a record, as the wire shows it. */
export function result(text: string, values: Readonly<Record<string, Json>> = {}): Json {
  const attributes = withFormulas({ result: text });
  const data: Record<string, Json> = {};
  for (const [name, raw] of Object.entries(values)) {
    const attribute = attributes.find((one) => one.name === name);
    if (!attribute) throw new Error(`no field ${name}`);
    const stored = kindOf(attribute).parse(raw, attribute, { defaultCountry: "RU" });
    if (stored !== null) data[valueKey(attribute)] = stored;
  }
  const formula = attributes[attributes.length - 1] as Attribute;
  const when = { now, timeZone };
  const stored = withResultsOnRead(attributes, withStoredResults(attributes, data, when), when)[
    valueKey(formula)
  ];
  return stored === undefined
    ? null
    : kindOf(formula).toWire(stored, formula, { memberName: () => undefined });
}

/** What the formula's results are: `float`, `currency RUB`, with `on read` where it asks for the day. */
export function resultType(text: string): string {
  const { settings } = withFormulas({ result: text }).at(-1) as Attribute;
  const currency = settings.currency === undefined ? "" : ` ${settings.currency}`;
  return `${settings.result_type}${currency}${settings.computed_on_read ? " on read" : ""}`;
}

/** What is wrong with the formula, as code and position with the other params. */
export function problem(text: string): unknown {
  try {
    withFormulas({ result: text });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.issues.map(({ code, params }) => ({ code, ...params }))[0];
  }
  return undefined;
}
