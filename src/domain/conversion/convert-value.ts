import { parseDate, parseDayFirstDate } from "../../lib/calendar.ts";
import type { Attribute, Json } from "../attribute-kinds/kind.ts";
import { InvalidValue } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import type { MemberNames } from "../records/stored-record.ts";

export interface ConversionContext {
  readonly defaultCountry: string;
  /** Those of the members that values point at, or may point at, and that exist. */
  readonly members: MemberNames;
}

/**
 * A stored value as another kind stores it: what is shown of it, read as the other kind reads what a person writes.
 * Null where nothing of it is left to see.
 * @throws InvalidValue where it is no value of the other kind.
 */
export function convertValue(from: Attribute, to: Attribute, value: Json, context: ConversionContext): Json {
  const shown = showValue(from, value, context);
  const raw = to.valueType === "json" ? shown : readAs(to.valueType, shown);
  const converted = kindOf(to).parse(raw, to, context);
  if (to.valueType === "user" && converted !== null && !context.members.has(String(converted))) {
    throw new InvalidValue("unknown_member", { value: sampleOf(converted) });
  }
  return converted;
}

/** The texts of a stored value, such as the options of a select that would be made of it. */
export function textsOf(from: Attribute, value: Json, context: ConversionContext, asList: boolean): string[] {
  const shown = showValue(from, value, context);
  if (Array.isArray(shown)) return shown.map(textOf);
  return asList ? splitList(textOf(shown)) : [textOf(shown)];
}

function showValue(from: Attribute, value: Json, { members }: ConversionContext): Json {
  return kindOf(from).toWire(value, from, { memberName: (id) => members.get(id) ?? undefined });
}

/** What a client would send for what is shown, if it were an attribute of that kind. */
function readAs(valueType: string, shown: Json): unknown {
  if (shown === null) return null;
  const isList = Array.isArray(shown);
  switch (valueType) {
    case "integer":
    case "float":
    case "percent":
    case "currency":
    case "rating":
      return typeof shown === "number" ? shown : readNumberText(textOf(shown));
    case "boolean":
      return typeof shown === "boolean" ? shown : readBooleanText(textOf(shown));
    case "date":
      return readDateText(textOf(shown));
    case "datetime":
      return readMomentText(textOf(shown));
    case "multiselect":
      return isList ? shown.map(textOf) : splitList(textOf(shown));
    case "select":
      // Of several, which one would be a guess.
      return isList && shown.length === 1 ? textOf(shown[0] ?? null) : textOf(shown);
    case "user":
      return isMember(shown) ? shown.id : textOf(shown);
    default:
      return textOf(shown);
  }
}

function isMember(shown: Json): shown is { id: string; full_name: string | null } {
  return typeof shown === "object" && shown !== null && "id" in shown && "full_name" in shown;
}

function textOf(shown: Json): string {
  if (typeof shown === "string") return shown;
  if (isMember(shown)) return shown.full_name ?? shown.id;
  if (Array.isArray(shown) && shown.every((item) => typeof item === "string")) return shown.join(", ");
  return typeof shown === "object" && shown !== null ? JSON.stringify(shown) : String(shown);
}

/** `1 234,50`, `12 %`, `+5`: the number, or the text for the kind to say what is wrong with it. */
function readNumberText(text: string): number | string {
  const plain = text
    .trim()
    .replace(/(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))/g, "")
    .replace(/[\s\u00a0\u202f]?[%₽$€£]$/u, "")
    .replace(/^[₽$€£]/u, "")
    .replace(/,(?=\d+$)/, ".");
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : text;
}

const YES = new Set(["true", "yes", "y", "1", "да", "истина", "+"]);
const NO = new Set(["false", "no", "n", "0", "нет", "ложь", "-"]);

function readBooleanText(text: string): boolean | string {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : text;
}

/** Of a moment its day in UTC, in which it is shown. */
function readDateText(text: string): string {
  const day = text.trim().split(/[T ]/)[0] ?? "";
  return parseDate(day) ?? parseDayFirstDate(day) ?? text;
}

/** A day begins at midnight UTC. */
function readMomentText(text: string): string {
  const day = parseDate(text.trim()) ?? parseDayFirstDate(text.trim());
  return day === undefined ? text : `${day}T00:00:00Z`;
}

function splitList(text: string): string[] {
  return text.split(/[,;\n]/).flatMap((item) => item.trim() || []);
}
