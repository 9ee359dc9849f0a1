/**
 * Dates and times as text: checked against the calendar and brought into the one form that is stored.
 * Each function returns undefined for text that is not what it reads.
 */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_FIRST_DATE = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2}))?$/;
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))?$/i;

/** `YYYY-MM-DD` of a day that exists, years 0001 to 9999. */
export function parseDate(text: string): string | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return isRealDay(Number(year), Number(month), Number(day)) ? text : undefined;
}

/** `31.12.2025` or `31/12/2025`, the day first, to `YYYY-MM-DD`. For imports: the API itself reads ISO dates only. */
export function parseDayFirstDate(text: string): string | undefined {
  const [, day = "", month = "", year = ""] = DAY_FIRST_DATE.exec(text) ?? [];
  return parseDate(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
}

/** `HH:MM` or `HH:MM:SS` to `HH:MM:SS`. There is no 24:00 and no leap second. */
export function parseTime(text: string): string | undefined {
  const [, hours, minutes, seconds = "00"] = TIME.exec(text) ?? [];
  const isReal = Number(hours) <= 23 && Number(minutes) <= 59 && Number(seconds) <= 59;
  return isReal ? `${hours}:${minutes}:${seconds}` : undefined;
}

/**
 * RFC 3339, with or without an offset (UTC where there is none), to `YYYY-MM-DDTHH:MM:SS.sssZ`. The milliseconds
 * are always there, so that the order of the texts is the order of the moments. Digits beyond them are dropped.
 */
export function parseDateTime(text: string): string | undefined {
  const parts = DATE_TIME.exec(text);
  if (!parts) return undefined;
  const [, day = "", clock = "", fraction = "", sign = "+", hours = "00", minutes = "00"] = parts;
  const date = parseDate(day);
  const time = parseTime(clock);
  if (!date || !time || !parseTime(`${hours}:${minutes}`)) return undefined;
  const local = Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}Z`);
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const moment = new Date(sign === "-" ? local + offset : local - offset).toISOString();
  // An offset can push the first and the last day out of the calendar: year 0000, or +010000.
  return parseDate(moment.slice(0, 10)) ? moment : undefined;
}

/** A moment without milliseconds that are zero: `2025-09-01T10:00:00Z`. */
export function showDateTime(moment: string): string {
  return moment.replace(".000Z", "Z");
}

function isRealDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const longest = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= longest;
}
