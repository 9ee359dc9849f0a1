/** What a time zone's clocks show, by the platform's own time zone data. Days are `YYYY-MM-DD`. */

const DAY_MS = 86_400_000;
/** Days of the calendar are those of years 1 to 9999; a day of margin keeps every offset within them. */
const EARLIEST = Date.parse("0001-01-02T00:00:00Z");
const LATEST = Date.parse("9999-12-30T00:00:00Z");

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Whether it is a name of a time zone (IANA); `+03:00`, which knows no summer time, is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
}

/** The day that it is at the moment in the time zone (IANA name). */
export function dayAt(moment: Date, timeZone: string): string {
  return new Date(moment.getTime() + offsetAt(moment.getTime(), timeZone)).toISOString().slice(0, 10);
}

/**
 * The moment (milliseconds since 1970) at which the day begins in the time zone: midnight, or the first moment
 * after it where clocks are put forward over midnight.
 */
export function startOfDay(day: string, timeZone: string): number {
  return momentAt(Date.parse(`${day}T00:00:00Z`), timeZone);
}

/** What the zone's clocks show at the moment, in milliseconds as if they were UTC's. */
export function wallTimeAt(moment: number, timeZone: string): number {
  return moment + offsetAt(moment, timeZone);
}

/**
 * The moment at which the zone's clocks show that time: the first of two where they are put back over it, and where
 * they are put forward over it as long after the change as it is after what they showed then.
 */
export function momentAt(wallTime: number, timeZone: string): number {
  const before = offsetAt(wallTime - DAY_MS, timeZone);
  const after = offsetAt(wallTime + DAY_MS, timeZone);
  const moments = [before, after]
    .map((offset) => wallTime - offset)
    .filter((moment) => moment + offsetAt(moment, timeZone) === wallTime);
  // Where no clock shows midnight, the change itself is what comes first in the day.
  return moments.length > 0 ? Math.min(...moments) : wallTime - before;
}

/** From which moment on (milliseconds since 1970) clocks are so many minutes ahead of UTC. */
export interface ClockChange {
  readonly from: number;
  readonly minutes: number;
}

const CHANGES_FROM = Date.UTC(2000, 0, 1);
const CHANGES_TO = Date.UTC(2050, 0, 1);
/** No zone changes its clocks twice within so few days. */
const PROBE_MS = 10 * DAY_MS;
const changes = new Map<string, readonly ClockChange[]>();

/**
 * What the zone's clocks did and are going to do from 2000 to 2050, the first entry from the beginning of time. Before
 * and after those years the nearest one counts.
 */
export function clockChanges(timeZone: string): readonly ClockChange[] {
  const known = changes.get(timeZone);
  if (known) return known;
  let offset = offsetAt(CHANGES_FROM, timeZone);
  const found: ClockChange[] = [{ from: Number.NEGATIVE_INFINITY, minutes: offset / 60_000 }];
  for (let moment = CHANGES_FROM + PROBE_MS; moment < CHANGES_TO; moment += PROBE_MS) {
    const next = offsetAt(moment, timeZone);
    if (next === offset) continue;
    let [before, after] = [moment - PROBE_MS, moment];
    while (after - before > 1_000) {
      const middle = Math.floor((before + after) / 2_000) * 1_000;
      if (offsetAt(middle, timeZone) === offset) before = middle;
      else after = middle;
    }
    found.push({ from: after, minutes: next / 60_000 });
    offset = next;
  }
  changes.set(timeZone, found);
  return found;
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
