import { addDays, addMonths, daysBetween, monthsBetween } from "../../lib/calendar-steps.ts";
import { decimalOf, floor, negate, toNumber } from "../../lib/decimal.ts";
import { dayAt, momentAt, wallTimeAt } from "../../lib/time-zone.ts";
import { allOf, asDays, dayOf, numberIn, type Operand, requireType, type Scope } from "./operands.ts";
import { FormulaProblem } from "./syntax.ts";
import type { Value } from "./values.ts";

const CALENDAR = ["date", "datetime"] as const;
const WHOLE = { is: "number", whole: true } as const;

/** Units of the clock in milliseconds, those of the calendar in days or months. */
const UNITS: Readonly<
  Record<string, { readonly ms?: number; readonly days?: number; readonly months?: number }>
> = {
  seconds: { ms: 1_000 },
  minutes: { ms: 60_000 },
  hours: { ms: 3_600_000 },
  days: { days: 1 },
  weeks: { days: 7 },
  months: { months: 1 },
  quarters: { months: 3 },
  years: { months: 12 },
};

const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** The company's day. */
export function today(at: number): Operand {
  return { type: { is: "date" }, at, run: ({ now, timeZone }) => dayAt(now, timeZone) };
}

/** `YEAR`, `MONTH`, `DAY`: which of the numbers in `YYYY-MM-DD`. */
export function partOfDay(operand: Operand, part: 0 | 1 | 2, at: number): Operand {
  requireType(operand, "calendar", CALENDAR);
  const day = operand.type.is === "datetime" ? dayOf(operand) : operand;
  return {
    type: WHOLE,
    at,
    run(scope) {
      const value = day.run(scope);
      return value === undefined ? undefined : decimalOf(Number(String(value).split("-")[part]));
    },
  };
}

/** How many whole units it is from `a` to `b`; below zero when `b` comes before. */
export function dateDifference(
  [a, b, unitOperand]: readonly [Operand, Operand, Operand],
  at: number,
): Operand {
  for (const operand of [a, b]) requireType(operand, "calendar", CALENDAR);
  const both = asDays([a, b]);
  const isDays = both.some(({ type }) => type.is === "date");
  const { ms, days, months } = readUnit(unitOperand, isDays);
  return {
    type: WHOLE,
    at,
    run(scope) {
      const values = allOf(both, scope);
      if (!values) return undefined;
      const moments = values.map((value) => Date.parse(String(value)));
      const [from = 0, to = 0] =
        isDays || ms !== undefined ? moments : moments.map((moment) => wallTimeAt(moment, scope.timeZone));
      const count =
        ms !== undefined
          ? (to - from) / ms
          : days !== undefined
            ? daysBetween(from, to) / days
            : monthsBetween(from, to) / (months ?? 1);
      return decimalOf(Math.trunc(count) + 0);
    },
  };
}

/** So many units later, or earlier; a fraction of a unit is dropped. Blank outside the years 1 to 9999. */
export function dateSum(
  [date, count, unitOperand]: readonly [Operand, Operand, Operand],
  at: number,
): Operand {
  requireType(date, "calendar", CALENDAR);
  requireType(count, "number", ["number"]);
  const isDay = date.type.is !== "datetime";
  const unit = readUnit(unitOperand, isDay);
  return {
    type: date.type,
    at,
    run(scope): Value {
      const from = date.run(scope);
      const given = numberIn(count, scope);
      if (from === undefined || given === undefined) return undefined;
      const whole = given.digits < 0n ? negate(floor(negate(given))) : floor(given);
      const moment = step(Date.parse(String(from)), toNumber(whole), unit, isDay ? undefined : scope);
      if (!(moment >= EARLIEST && moment <= LATEST)) return undefined;
      const text = new Date(moment).toISOString();
      return isDay ? text.slice(0, 10) : text;
    },
  };
}

/** @param scope of a moment, whose days and months are those of the company's clocks. NaN where it goes too far. */
function step(
  from: number,
  count: number,
  { ms, days, months }: (typeof UNITS)[string],
  scope?: Scope,
): number {
  if (ms !== undefined) return from + count * ms;
  const start = scope ? wallTimeAt(from, scope.timeZone) : from;
  const end = days === undefined ? addMonths(start, count * (months ?? 1)) : addDays(start, count * days);
  if (!(end >= EARLIEST && end <= LATEST)) return Number.NaN;
  return scope ? momentAt(end, scope.timeZone) : end;
}

/** The unit has to stand in the formula itself, so that it can be checked. @throws FormulaProblem `formula_unit`. */
function readUnit({ literal, at }: Operand, ofDays: boolean): (typeof UNITS)[string] {
  const allowed = Object.keys(UNITS).filter((name) => !ofDays || UNITS[name]?.ms === undefined);
  const wanted = literal?.trim().toLowerCase() ?? "";
  const name = allowed.find((unit) => unit === wanted || unit === `${wanted}s`);
  const unit = name === undefined ? undefined : UNITS[name];
  if (!unit) throw new FormulaProblem("formula_unit", at, { allowed: allowed.join(", ") });
  return unit;
}
