import type { Attribute, Json } from "../../src/domain/attribute-kinds/kind.ts";
import { kindOf } from "../../src/domain/attribute-kinds/registry.ts";
import { type EntityType, valueKey } from "../../src/domain/entity-types/entity-type.ts";
import { type When, withStoredResults } from "../../src/domain/formulas/calculate.ts";
import type { DerivedRows } from "../../src/domain/records/derive.ts";
import type { StoredValues } from "../../src/domain/records/stored-record.ts";
import { keyBetween } from "../../src/lib/fractional-key.ts";

export interface CheckedRecord {
  readonly position: string;
  readonly title: string | null;
  readonly data: StoredValues;
  readonly folded: Readonly<Record<string, Json>>;
}

export interface TypeContext {
  readonly entityType: EntityType;
  readonly members: ReadonlySet<string>;
  readonly lastAttributeNumber: number;
  /** In whose days formulas count. */
  readonly when: When;
}

interface Problem {
  readonly attribute?: string;
  readonly problem: string;
}

/** Looks at one record's own row. */
type RecordCheck = (record: CheckedRecord, rows: DerivedRows, context: TypeContext) => Problem[];

const CHECKS: readonly RecordCheck[] = [checkRow, checkFolded, checkKeys, checkValues, checkFormulas];

export const checkRecord: RecordCheck = (record, rows, context) =>
  CHECKS.flatMap((check) => check(record, rows, context));

function checkRow({ position, title }: CheckedRecord, rows: DerivedRows): Problem[] {
  return [
    ...(title === rows.title ? [] : [{ problem: "title is not what its display attribute shows" }]),
    ...(isPosition(position) ? [] : [{ problem: "position is not a fractional key" }]),
  ];
}

function isPosition(text: string): boolean {
  try {
    return keyBetween(text, null) > text;
  } catch {
    return false;
  }
}

function checkFolded({ folded }: CheckedRecord, rows: DerivedRows, { entityType }: TypeContext): Problem[] {
  return entityType.attributes
    .filter((attribute) => folded[valueKey(attribute)] !== rows.folded[valueKey(attribute)])
    .map(({ name }) => ({ attribute: name, problem: "the folded copy is not that of the value" }));
}

/** Values of attributes that were deleted stay; their numbers are never handed out again. */
function checkKeys(
  { data }: CheckedRecord,
  _rows: DerivedRows,
  { lastAttributeNumber }: TypeContext,
): Problem[] {
  return Object.keys(data)
    .filter((key) => !(/^a[1-9]\d*$/.test(key) && Number(key.slice(1)) <= lastAttributeNumber))
    .map((key) => ({ attribute: key, problem: "no attribute has ever had this key" }));
}

function checkValues(
  { data }: CheckedRecord,
  _rows: DerivedRows,
  { entityType, members }: TypeContext,
): Problem[] {
  return entityType.attributes.flatMap((attribute) => {
    const value = data[valueKey(attribute)];
    const problem = value === undefined ? undefined : wrongValue(value, attribute, members);
    return problem === undefined ? [] : [{ attribute: attribute.name, problem }];
  });
}

function checkFormulas({ data }: CheckedRecord, _rows: DerivedRows, context: TypeContext): Problem[] {
  const { attributes } = context.entityType;
  const made = withStoredResults(attributes, data, context.when);
  return attributes
    .filter((attribute) => attribute.valueType === "formula")
    .filter((attribute) => {
      const key = valueKey(attribute);
      return JSON.stringify(made[key]) !== JSON.stringify(data[key]);
    })
    .map(({ name }) => ({ attribute: name, problem: "the stored result is not that of the formula" }));
}

function wrongValue(value: Json, attribute: Attribute, members: ReadonlySet<string>): string | undefined {
  if (value === null) return "a blank is stored as null";
  if (attribute.selectListId !== null) {
    const numbers = new Set<Json>(attribute.options.map(({ number }) => number));
    return [value].flat().every((number) => numbers.has(number))
      ? undefined
      : "an option that does not exist";
  }
  if (attribute.valueType === "user" && !members.has(String(value))) return "a member who does not exist";
  const kind = kindOf(attribute);
  const { type } = kind.jsonSchema(attribute);
  try {
    const shown = kind.toWire(value, attribute, { memberName: () => undefined });
    return typeof type !== "string" || isOfType(shown, type) ? undefined : `not a value of ${kind.name}`;
  } catch {
    return `not a value of ${kind.name}`;
  }
}

/** @param type of JSON Schema. */
function isOfType(value: Json, type: string): boolean {
  if (Array.isArray(value)) return type === "array";
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}
