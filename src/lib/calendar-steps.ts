/** Counting in days, months and years. Times are milliseconds as if all clocks were UTC's; see `wallTimeAt`. */

const DAY_MS = 86_400_000;

/** The same day so many months on, or the last day of that month where it has no such day. */
export function addMonths(time: number, months: number): number {
  const from = new Date(time);
  const first = new Date(time);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const last = new Date(first);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  return first.setUTCDate(Math.min(from.getUTCDate(), last.getUTCDate()));
}

/** How many whole months it is from one to the other; below zero when the other comes before. */
export function monthsBetween(from: number, to: number): number {
  if (to < from) return -monthsBetween(to, from) + 0;
  const [start, end] = [new Date(from), new Date(to)];
  const months =
    (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
  return addMonths(from, months) > to ? months - 1 : months;
}

/** How many whole days it is from one to the other; below zero when the other comes before. */
export function daysBetween(from: number, to: number): number {
  return Math.trunc((to - from) / DAY_MS) + 0;
}

export function addDays(time: number, days: number): number {
  return time + days * DAY_MS;
}
