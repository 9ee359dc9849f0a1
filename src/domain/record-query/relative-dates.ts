import { dayAt, startOfDay } from "../../lib/time-zone.ts";
import { InvalidValue } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";

/** Days in a row, `YYYY-MM-DD`, both ends in. */
export interface DaySpan {
  readonly first: string;
  readonly last: string;
}

/** Moments in a row as datetimes are stored, both ends in. */
export interface MomentSpan {
  readonly first: string;
  readonly last: string;
}

/** A century: further away nobody means days. */
const MOST_DAYS = 36_500;
const LAST_MOMENT = Date.parse("9999-12-31T23:59:59.999Z");

const single = (day: string): DaySpan => ({ first: day, last: day });

/** The Python server's words, and the periods that contain today. Weeks begin on Monday. */
const WORDS: ReadonlyMap<string, (today: string) => DaySpan> = new Map([
  ["today", single],
  ["tomorrow", (today) => single(addDays(today, 1))],
  ["yesterday", (today) => single(addDays(today, -1))],
  ["one_week_ago", (today) => single(addDays(today, -7))],
  ["one_week_from_now", (today) => single(addDays(today, 7))],
  ["one_month_ago", (today) => single(addMonths(today, -1))],
  ["one_month_from_now", (today) => single(addMonths(today, 1))],
  ["this_week", (today) => week(today)],
  ["last_week", (today) => week(addDays(today, -7))],
  ["this_month", (today) => months(today, 1, 0)],
  ["last_month", (today) => months(today, 1, -1)],
  ["this_quarter", (today) => months(today, 3, 0)],
  ["last_quarter", (today) => months(today, 3, -1)],
  ["this_year", (today) => months(today, 12, 0)],
  ["last_year", (today) => months(today, 12, -1)],
]);

/**
 * The days that a relative date means: a word, `{type: "number_of_days_ago" | "number_of_days_from_now", amount}`
 * or `{days_ago}`. Undefined for anything that is no relative date.
 * @throws InvalidValue for a number of days that is none.
 */
export function readRelativeDays(raw: unknown, today: string): DaySpan | undefined {
  if (typeof raw === "string") return WORDS.get(raw)?.(today);
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return undefined;
  const { type, amount, days_ago: daysAgo, ...others } = raw as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0) return undefined;
  if (type === undefined && amount === undefined && daysAgo !== undefined) {
    return single(addDays(today, -readAmount(daysAgo)));
  }
  if (daysAgo !== undefined) return undefined;
  if (type === "number_of_days_ago") return single(addDays(today, -readAmount(amount)));
  if (type === "number_of_days_from_now") return single(addDays(today, readAmount(amount)));
  return undefined;
}

/** The day that it is for the tenant. */
export function todayIn(timeZone: string, now: Date): string {
  return dayAt(now, timeZone);
}

/** The moments of the days in the time zone, to the millisecond. */
export function momentsOf({ first, last }: DaySpan, timeZone: string): MomentSpan {
  const end = last === "9999-12-31" ? LAST_MOMENT : startOfDay(addDays(last, 1), timeZone) - 1;
  return {
    first: new Date(startOfDay(first, timeZone)).toISOString(),
    last: new Date(Math.min(end, LAST_MOMENT)).toISOString(),
  };
}

function readAmount(raw: unknown): number {
  if (typeof raw !== "number" || !Number.isInteger(raw)) {
    throw new InvalidValue("not_an_integer", { value: sampleOf(raw) });
  }
  if (raw < 0) throw new InvalidValue("too_small", { value: raw, min: 0 });
  if (raw > MOST_DAYS) throw new InvalidValue("too_big", { value: raw, max: MOST_DAYS });
  return raw;
}

function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The same day of another month, or its last day where the month is shorter. */
function addMonths(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  if (date.getUTCDate() !== Number(day.slice(8))) date.setUTCDate(0);
  return date.toISOString().slice(0, 10);
}

function week(day: string): DaySpan {
  const daysSinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = addDays(day, -daysSinceMonday);
  return { first: monday, last: addDays(monday, 6) };
}

/** The month, quarter or year (`length` in months) that the day lies in, or another one counted from it. */
function months(day: string, length: number, shift: number): DaySpan {
  const month = Number(day.slice(5, 7)) - 1;
  const firstOfMonth = `${day.slice(0, 8)}01`;
  const first = addMonths(firstOfMonth, shift * length - (month % length));
  return { first, last: addDays(addMonths(first, length), -1) };
}
