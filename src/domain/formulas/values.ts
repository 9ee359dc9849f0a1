import { showDateTime } from "../../lib/calendar.ts";
import { type Decimal, decimalOf, roundTo, toNumber, toPlainText } from "../../lib/decimal.ts";
import { countCodePoints, isInvisible } from "../../lib/unicode.ts";
import { LONGEST_RESULT } from "../attribute-kinds/formula.ts";
import type { Attribute, Json } from "../attribute-kinds/kind.ts";

/** What a part of a formula is, known before there is any record. */
export type ValueType =
  | { readonly is: "number"; readonly whole: boolean }
  | { readonly is: "money"; readonly currency: string; readonly decimals: number }
  | { readonly is: "text" | "boolean" | "date" | "datetime" | "time" }
  /** Of NULL and of the empty text, which go with everything. */
  | { readonly is: "blank" };

/** A value while it is calculated with: money in major units, dates and times as they are stored; undefined is blank. */
export type Value = Decimal | string | boolean | undefined;

const GREATEST_NUMBER = 2 ** 53;
/** Of an amount in minor units; see attribute-kinds/currency.ts. */
const GREATEST_AMOUNT = 10 ** 15 - 1;

/** Kinds of attributes that formulas can use, with what their values are. */
const TYPES: Readonly<Record<string, ValueType>> = {
  string: { is: "text" },
  text: { is: "text" },
  email: { is: "text" },
  phone: { is: "text" },
  url: { is: "text" },
  select: { is: "text" },
  integer: { is: "number", whole: true },
  rating: { is: "number", whole: true },
  float: { is: "number", whole: false },
  percent: { is: "number", whole: false },
  boolean: { is: "boolean" },
  date: { is: "date" },
  datetime: { is: "datetime" },
  time: { is: "time" },
};

/** What the values of an attribute of this kind are in a formula; undefined where formulas cannot use them. */
export function typeOfKind(kind: string, settings: Attribute["settings"]): ValueType | undefined {
  if (kind === "currency") {
    return { is: "money", currency: String(settings.currency), decimals: Number(settings.decimals) };
  }
  return Object.hasOwn(TYPES, kind) ? TYPES[kind] : undefined;
}

/** The kind that results of the type are of, with its settings; undefined for what is never anything but blank. */
export function kindOfType(type: ValueType): Record<string, Json> | undefined {
  switch (type.is) {
    case "number":
      return { result_type: type.whole ? "integer" : "float" };
    case "money":
      return { result_type: "currency", currency: type.currency, decimals: type.decimals };
    case "text":
      return { result_type: "string" };
    case "blank":
      return undefined;
    default:
      return { result_type: type.is };
  }
}

/** A stored value as formulas calculate with it. */
export function readStored(stored: Json | undefined, type: ValueType, attribute: Attribute): Value {
  if (stored === undefined || stored === null) return undefined;
  if (type.is === "number") return decimalOf(Number(stored));
  if (type.is === "money") return { digits: BigInt(Number(stored)), exponent: -type.decimals };
  if (type.is === "boolean") return stored === true;
  if (attribute.valueType === "select") {
    return attribute.options.find(({ number }) => number === stored)?.value;
  }
  return String(stored);
}

/** A result in stored form; undefined for a blank, and for what is too big to be kept exactly. */
export function toStored(value: Value, type: ValueType): Json | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "boolean") return value;
  if (typeof value === "string") {
    return isInvisible(value) || countCodePoints(value) > LONGEST_RESULT ? undefined : value;
  }
  if (type.is === "money") {
    const { digits, exponent } = roundTo(value, type.decimals);
    const minor = toNumber({ digits, exponent: exponent + type.decimals });
    return Math.abs(minor) <= GREATEST_AMOUNT ? minor : undefined;
  }
  const number = toNumber(value);
  const greatest = type.is === "number" && type.whole ? Number.MAX_SAFE_INTEGER : GREATEST_NUMBER;
  return Math.abs(number) <= greatest ? number : undefined;
}

/** What stands for a value where texts are joined; empty for a blank. */
export function toText(value: Value, type: ValueType): string {
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "string") return type.is === "datetime" ? showDateTime(value) : value;
  // A third has no last digit; as many are shown as a number that is stored has.
  return type.is === "money" ? toPlainText(value, type.decimals) : toPlainText(decimalOf(toNumber(value)));
}
