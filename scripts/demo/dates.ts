const DAY = 86_400_000;

/** The day that the demo data is told from; a fixed one, so that the data is the same every time. */
const ANCHOR = Date.UTC(2026, 10, 1);

/** The ISO date that many days before the anchor, 2026-11-01. */
export function daysBeforeAnchor(days: number): string {
  return new Date(ANCHOR - days * DAY).toISOString().slice(0, 10);
}
