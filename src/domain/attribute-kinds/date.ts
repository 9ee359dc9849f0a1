import { parseDate, parseDayFirstDate } from "../../lib/calendar.ts";
import { calendarKind } from "./calendar-value.ts";
import { shareOf } from "./guess.ts";

/** A day of the calendar, `YYYY-MM-DD`, in no time zone. */
export const dateKind = calendarKind({
  name: "date",
  read: parseDate,
  code: "not_a_date",
  canBeUnique: true,
  schema: { type: "string", format: "date" },
  guess: (samples) => shareOf(samples, (text) => (parseDate(text) ?? parseDayFirstDate(text)) !== undefined),
});
