import { parseDate, parseDateTime, parseDayFirstDate, showDateTime } from "../../lib/calendar.ts";
import { calendarKind } from "./calendar-value.ts";
import { shareOf } from "./guess.ts";
import { InvalidValue } from "./kind.ts";
import { sampleOf } from "./sample.ts";

/** A moment. Stored in UTC with milliseconds (see parseDateTime), shown without them where they are zero. */
export const datetimeKind = calendarKind({
  name: "datetime",
  read(text) {
    // Midnight would be a guess, and in most time zones the wrong one.
    if (parseDate(text)) throw new InvalidValue("date_without_time", { value: sampleOf(text) });
    return parseDateTime(text);
  },
  code: "not_a_datetime",
  canBeUnique: false,
  show: showDateTime,
  schema: { type: "string", format: "date-time" },
  inputSchema: { type: "string", format: "date-time", description: "Without an offset it is read as UTC." },
  guess: (samples) => shareOf(samples, isMoment),
});

/** ISO, or a day-first date with a time after it as spreadsheets write it: `31.12.2025 18:00`. */
function isMoment(text: string): boolean {
  const [day = "", clock = "", ...rest] = text.split(/,? /);
  const isoDay = rest.length === 0 ? parseDayFirstDate(day) : undefined;
  return parseDateTime(isoDay ? `${isoDay}T${clock.padStart(5, "0")}` : text) !== undefined;
}
