import { parseTime } from "../../lib/calendar.ts";
import { calendarKind } from "./calendar-value.ts";
import { shareOf } from "./guess.ts";

/** A time of day, `HH:MM:SS`, in no time zone. */
export const timeKind = calendarKind({
  name: "time",
  read: parseTime,
  code: "not_a_time",
  canBeUnique: false,
  schema: { type: "string", pattern: "^([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$" },
  inputSchema: { type: "string", pattern: "^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$" },
  guess: (samples) => shareOf(samples, (text) => parseTime(text.padStart(5, "0")) !== undefined),
});
