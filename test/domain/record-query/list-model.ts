/**
 * What a list of records should answer, worked out in memory from what the wire shows: no index, no SQL, no
 * parser. Only folding is the product's own, and has tests of its own.
 */
import { foldText } from "../../../src/lib/fold-text.ts";

export type Wire = Readonly<Record<string, unknown>>;

export interface ModelField {
  readonly name: string;
  readonly kind: string;
  /** Of a select. */
  readonly options?: readonly string[];
}

/** A record as the API shows it, and its place in the order of creation. */
export interface ModelRecord {
  readonly wire: Wire;
  readonly number: number;
}

/** What relative words mean: moments and days of a zone that is three hours ahead, without summer time. */
export interface ModelContext {
  readonly me: string;
  readonly now: Date;
}

export const SYSTEM_FIELDS: readonly ModelField[] = [
  { name: "created_at", kind: "datetime" },
  { name: "updated_at", kind: "datetime" },
  { name: "created_by", kind: "user" },
  { name: "owner_id", kind: "user" },
];

const FOLDED_KINDS = ["string", "text", "email", "url"];
const DAY_MS = 86_400_000;
const ZONE_MS = 3 * 3_600_000;

type Key = string | number;

/** The records that pass, in order. */
export function listed(
  records: readonly ModelRecord[],
  fields: readonly ModelField[],
  filters: unknown,
  sort: readonly { field: string; order: "asc" | "desc" }[],
  context: ModelContext,
  search?: ModelSearch,
): ModelRecord[] {
  const isSearch = search !== undefined && foldText(search.q) !== "";
  const byName = new Map([...fields, ...SYSTEM_FIELDS].map((field) => [field.name, field]));
  const usual = isSearch ? [] : [{ field: "position", order: "asc" as const }];
  const order = sort.length > 0 ? sort : usual;
  const direction = (order[0]?.order ?? (isSearch ? "desc" : "asc")) === "desc" ? -1 : 1;
  return records
    .filter(({ wire }) => passes(filters, wire, byName, context))
    .filter(({ wire }) => !isSearch || isFound(wire, fields, search))
    .sort((a, b) => {
      for (const { field, order: way } of order) {
        const found = byName.get(field) ?? { name: field, kind: "position" };
        const difference = compare(sortKey(found, a.wire), sortKey(found, b.wire));
        if (difference !== 0) return way === "desc" ? -difference : difference;
      }
      return direction * (a.number - b.number);
    });
}

const TEXT_KINDS = [...FOLDED_KINDS, "phone"];
const BREAKS = /[«»„“”"'`([{<>@.,:;/\\|\-–—_#№+&*=]/g;

/** What is searched for, and where; anywhere unless fields are named. */
export interface ModelSearch {
  readonly q: string;
  readonly fields?: readonly string[];
}

/** Every word stands somewhere, those of one or two letters at the start of a word; or the digits do. */
export function isFound(
  record: Wire,
  fields: readonly ModelField[],
  { q, fields: names }: ModelSearch,
): boolean {
  const texts = fields
    .filter(({ name, kind }) => TEXT_KINDS.includes(kind) && (names?.includes(name) ?? true))
    .flatMap(({ name, kind }) => {
      const shown = record[name];
      if (typeof shown !== "string") return [];
      return [kind === "phone" ? shown.replace(/\D/g, "") : foldText(shown)];
    });
  const words = foldText(q)
    .split(" ")
    .filter((word) => word !== "");
  if (words.length === 0) return true;
  const starts = texts.flatMap((text) => [...text.split(" "), ...text.replace(BREAKS, " ").split(" ")]);
  const hasAll = words.every((word) =>
    [...word].length < 3
      ? starts.some((start) => start.startsWith(word))
      : texts.some((text) => text.includes(word)),
  );
  const digits = /^[+\d\s().\-–]+$/.test(q) ? q.replace(/\D/g, "") : "";
  return hasAll || (digits.length >= 3 && texts.some((text) => text.includes(digits)));
}

function passes(
  node: unknown,
  record: Wire,
  fields: ReadonlyMap<string, ModelField>,
  context: ModelContext,
): boolean {
  const inside = (child: unknown) => passes(child, record, fields, context);
  if (node === undefined) return true;
  if (Array.isArray(node)) return node.every(inside);
  const { and, or, not, field = "", op = "eq", value } = node as Record<string, unknown>;
  if (and) return (and as unknown[]).every(inside);
  if (or) return (or as unknown[]).some(inside);
  if (not) return !inside(not);
  if (field === "id") return (op === "in" ? (value as unknown[]) : [value]).includes(record.id);
  const found = fields.get(field as string);
  if (!found) throw new Error(`the model has no field ${field}`);
  return holds(found, op as string, value, record, context);
}

function holds(field: ModelField, op: string, raw: unknown, record: Wire, context: ModelContext): boolean {
  const value = comparedValue(field, record[field.name]);
  const is = (operand: unknown): boolean => {
    const span = spanOf(field, operand, context);
    if (value === undefined || span === undefined) return value === span;
    return compare(value, span.from) >= 0 && compare(value, span.to) <= 0;
  };
  const against = (test: (value: Key, span: { from: Key; to: Key }) => boolean): boolean => {
    const span = spanOf(field, raw, context);
    return value !== undefined && span !== undefined && test(value, span);
  };
  const text = (test: (text: string, part: string) => boolean): boolean => {
    const shown = record[field.name];
    if (typeof shown !== "string") return false;
    if (field.kind !== "phone") return test(foldText(shown), foldText(raw as string));
    return test(shown.replace(/\D/g, ""), (raw as string).replace(/\D/g, "") || foldText(raw as string));
  };
  switch (op) {
    case "eq":
    case "is":
      return is(raw);
    case "neq":
    case "is_not":
      return !is(raw);
    case "in":
      return (raw as unknown[]).some(is);
    case "not_in":
      return !(raw as unknown[]).some(is);
    case "gt":
    case "is_after":
      return against((mine, { to }) => compare(mine, to) > 0);
    case "gte":
    case "is_on_or_after":
      return against((mine, { from }) => compare(mine, from) >= 0);
    case "lt":
    case "is_before":
      return against((mine, { from }) => compare(mine, from) < 0);
    case "lte":
    case "is_on_or_before":
      return against((mine, { to }) => compare(mine, to) <= 0);
    case "between":
    case "is_within": {
      const [low, high] = raw as unknown[];
      return holds(field, "gte", low, record, context) && holds(field, "lte", high, record, context);
    }
    case "contains":
      return text((mine, part) => mine.includes(part));
    case "not_contains":
      return !text((mine, part) => mine.includes(part));
    case "starts_with":
      return text((mine, part) => mine.startsWith(part));
    case "ends_with":
      return text((mine, part) => mine.endsWith(part));
    case "has_any":
    case "has_none": {
      const hasAny = (raw as string[]).some((item) => setOf(record[field.name]).includes(item));
      return op === "has_any" ? hasAny : !hasAny;
    }
    case "has_all":
      return (raw as string[]).every((item) => setOf(record[field.name]).includes(item));
    case "blank":
      return value === undefined;
    case "not_blank":
      return value !== undefined;
    default:
      throw new Error(`the model has no operator ${op}`);
  }
}

function setOf(shown: unknown): readonly string[] {
  return (shown ?? []) as readonly string[];
}

/** The values that an operand means; undefined for blank. */
function spanOf(field: ModelField, raw: unknown, context: ModelContext): { from: Key; to: Key } | undefined {
  if (field.kind === "user" && raw === "$me") return { from: context.me, to: context.me };
  const days = field.kind === "date" || field.kind === "datetime" ? daysOf(raw, context) : undefined;
  if (days && field.kind === "date") return { from: days[0], to: days[1] };
  if (days) {
    const start = Date.parse(`${days[0]}T00:00:00Z`) - ZONE_MS;
    const end = Date.parse(`${days[1]}T00:00:00Z`) - ZONE_MS + DAY_MS - 1;
    return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
  }
  const value = comparedValue(field, raw);
  return value === undefined ? undefined : { from: value, to: value };
}

function daysOf(raw: unknown, { now }: ModelContext): [string, string] | undefined {
  const day = (shift: number) =>
    new Date(now.getTime() + ZONE_MS + shift * DAY_MS).toISOString().slice(0, 10);
  const year = Number(day(0).slice(0, 4));
  if (typeof raw === "object" && raw !== null && "days_ago" in raw) {
    const ago = day(-Number(raw.days_ago));
    return [ago, ago];
  }
  if (raw === "today" || raw === "yesterday") {
    const only = day(raw === "today" ? 0 : -1);
    return [only, only];
  }
  if (raw === "this_year") return [`${year}-01-01`, `${year}-12-31`];
  if (raw === "last_year") return [`${year - 1}-01-01`, `${year - 1}-12-31`];
  return typeof raw === "string" && /^\d{4}-\d{2}-\d{2}$/.test(raw) ? [raw, raw] : undefined;
}

/** What equality and order look at; undefined for blank. */
function comparedValue({ kind, options = [] }: ModelField, shown: unknown): Key | undefined {
  if (shown === undefined || shown === null || shown === "") return undefined;
  if (kind === "user") return typeof shown === "object" ? (shown as { id: string }).id : (shown as string);
  if (kind === "multiselect" || kind === "json") return JSON.stringify(shown);
  if (kind === "boolean") return shown ? 1 : 0;
  if (kind === "select") return options.indexOf(shown as string);
  if (kind === "datetime") return new Date(shown as string).toISOString();
  if (kind === "time") return (shown as string).padEnd(8, ":00");
  return FOLDED_KINDS.includes(kind) ? foldText(shown as string) : (shown as Key);
}

function sortKey(field: ModelField, wire: Wire): Key {
  const value = comparedValue(field, wire[field.name]) ?? Number.NEGATIVE_INFINITY;
  return FOLDED_KINDS.includes(field.kind) ? firstCodePoints(value, 200) : value;
}

function firstCodePoints(value: Key, count: number): Key {
  return typeof value === "string" ? [...value].slice(0, count).join("") : value;
}

/** Numbers before texts; texts by code point, which is the order of their bytes. */
function compare(a: Key, b: Key): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  const [left, right] = [[...a], [...b]];
  for (const [i, mine] of left.entries()) {
    const theirs = right[i];
    if (theirs === undefined) return 1;
    const difference = (mine.codePointAt(0) ?? 0) - (theirs.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
