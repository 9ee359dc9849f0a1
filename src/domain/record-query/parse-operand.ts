import { parseDate } from "../../lib/calendar.ts";
import { isStorableText } from "../../lib/unicode.ts";
import { type AttributeLink, InvalidValue } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { Comparable } from "./checked-query.ts";
import type { QueryField } from "./query-field.ts";
import { type DaySpan, momentsOf, readRelativeDays, todayIn } from "./relative-dates.ts";

/** Who asks, when and where: what words such as `$me` and `today` mean. */
export interface QueryContext {
  readonly memberId: string;
  readonly timeZone: string;
  readonly defaultCountry: string;
  readonly now: Date;
  /** What may be looked at beyond a relation; nothing where it is not given. */
  readonly beyond?: (link: AttributeLink) => Beyond | undefined;
}

/** The type at the other side of a relation, as far as it is to be seen. */
export interface Beyond {
  readonly entityType: EntityType;
  /** The only owner whose records are to be seen; undefined where all are. */
  readonly ownerId: string | undefined;
}

/** The values that an operand means, both ends in: one value, unless it names days or moments. */
export interface Operand {
  readonly from: Comparable;
  readonly to: Comparable;
}

/** Undefined for a blank operand. @throws InvalidValue */
export function readOperand(field: QueryField, raw: unknown, context: QueryContext): Operand | undefined {
  if (field.ofMembers && raw === "$me") return one(field.compared(context.memberId));
  if (field.calendar) {
    const days = readDays(field, raw, context);
    if (days) return spanOf(field, days, context);
  }
  const value = field.parse(raw, context.defaultCountry);
  return value === null ? undefined : one(field.compared(value));
}

/** The folded text that a text operator looks for. @throws InvalidValue */
export function readTextOperand(field: QueryField, raw: unknown): string {
  if (typeof raw !== "string")
    throw new InvalidValue("wrong_type", { expected: "string", value: sampleOf(raw) });
  if (!isStorableText(raw)) throw new InvalidValue("not_storable_text");
  const text = field.foldOperand(raw);
  // Every text contains nothing: whoever asks for that has left something out.
  if (text === "") throw new InvalidValue("required");
  return text;
}

/** A period needs no list to be within: `is_within this_month`. */
export function isPeriod(field: QueryField, raw: unknown, context: QueryContext): boolean {
  return !Array.isArray(raw) && field.calendar !== undefined && readDays(field, raw, context) !== undefined;
}

/** A plain day means all of it where moments are compared. */
function readDays({ calendar }: QueryField, raw: unknown, context: QueryContext): DaySpan | undefined {
  const days = readRelativeDays(raw, todayIn(context.timeZone, context.now));
  if (days || calendar !== "datetime" || typeof raw !== "string") return days;
  const day = parseDate(raw.trim());
  return day === undefined ? undefined : { first: day, last: day };
}

function spanOf(field: QueryField, days: DaySpan, { timeZone }: QueryContext): Operand {
  const { first, last } = field.calendar === "datetime" ? momentsOf(days, timeZone) : days;
  return { from: field.compared(first), to: field.compared(last) };
}

function one(value: Comparable): Operand {
  return { from: value, to: value };
}
