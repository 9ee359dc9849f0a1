import type { Cost } from "./cost.ts";

/** Ceilings; what has none is left out. */
export type Budget = Pick<Cost, "trips"> & Partial<Cost>;

/** Attributes of `leads` that are indexed: each is a row written by a create. */
const INDEXED = 8;

const read = (rowsRead: number, trips = 2): Budget => ({ trips, rowsRead, rowsWritten: 0 });

/** What each operation may cost with 100,000 records in the table and a warm isolate; tests assert it. */
export const budgets = {
  create: { trips: 2, rowsRead: 40, rowsWritten: 8 + INDEXED },
  get: read(15),
  "update an indexed attribute": { trips: 2, rowsRead: 40, rowsWritten: 8 },
  delete: { trips: 2 },
  "page of 50, first": read(75),
  "page of 50, half way down": read(75),
  "sorted by indexed, first": read(165),
  "sorted by indexed, half way": read(165),
  "in order of creation, half way": read(75),
  "sorted by two indexed": read(2_500, 3),
  "equal 1 in 8, own order": read(2_500, 3),
  "equal 1 in 2,000, own order": read(2_500, 3),
  "equal 1 in 8, sorted by another": read(2_500, 3),
  "equal 1 in 2,000, sorted by another": read(2_500, 3),
  "search for a common word": read(500),
  "the same, sorted by indexed": read(500),
  "search for a phone, sorted": read(500),
} as const satisfies Record<string, Budget>;

/** A page may cost this many times what the bare Worker's does. */
export const PAGE_RATIO = 1.3;
/** Bytes of the bundle, gzipped. */
export const BUNDLE_BYTES = 1_000_000;
/** Milliseconds of CPU to load it. */
export const STARTUP_MS = 50;

/** The figures that are over their budget, in words. */
export function overBudget(cost: Cost, budget: Budget): string[] {
  const figures = [
    ["trips", cost.trips, budget.trips],
    ["read", cost.rowsRead, budget.rowsRead ?? Number.POSITIVE_INFINITY],
    ["written", cost.rowsWritten, budget.rowsWritten ?? Number.POSITIVE_INFINITY],
  ] as const;
  return figures.flatMap(([name, is, may]) => (is > may ? [`${name} ${is} > ${may}`] : []));
}
