/** What a time zone's clocks show, by the platform's own time zone data. Days are `YYYY-MM-DD`. */

const DAY_MS = 86_400_000;
/** Days of the calendar are those of years 1 to 9999; a day of margin keeps every offset within them. */
const EARLIEST = Date.parse("0001-01-02T00:00:00Z");
const LATEST = Date.parse("9999-12-30T00:00:00Z");

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The day that it is at the moment in the time zone (IANA name). */
export function dayAt(moment: Date, timeZone: string): string {
  return new Date(moment.getTime() + offsetAt(moment.getTime(), timeZone)).toISOString().slice(0, 10);
}

/**
 * The moment (milliseconds since 1970) at which the day begins in the time zone: midnight, or the first moment
 * after it where clocks are put forward over midnight.
 */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const before = offsetAt(midnight - DAY_MS, timeZone);
  const after = offsetAt(midnight + DAY_MS, timeZone);
  const starts = [before, after]
    .map((offset) => midnight - offset)
    .filter((moment) => moment + offsetAt(moment, timeZone) === midnight);
  // Where no clock shows midnight, the change itself is what comes first in the day.
  return starts.length > 0 ? Math.min(...starts) : midnight - before;
}

/** Milliseconds that the zone's clocks are ahead of UTC. */
function offsetAt(moment: number, timeZone: string): number {
  const whole = Math.floor(Math.min(Math.max(moment, EARLIEST), LATEST) / 1000) * 1000;
  const parts = new Map(
    clock(timeZone)
      .formatToParts(whole)
      .map(({ type, value }) => [type, value]),
  );
  const shown = (type: Intl.DateTimeFormatPartTypes, length = 2) =>
    (parts.get(type) ?? "").padStart(length, "0");
  const day = `${shown("year", 4)}-${shown("month")}-${shown("day")}`;
  return Date.parse(`${day}T${shown("hour")}:${shown("minute")}:${shown("second")}Z`) - whole;
}

function clock(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(timeZone, made);
  return made;
}
