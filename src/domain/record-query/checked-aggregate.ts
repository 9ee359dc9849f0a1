import type { ValuePlace } from "./checked-query.ts";

export const BUCKETS = ["day", "week", "month", "quarter", "year"] as const;
/** How dates are put together: `2025-09-01`, its Monday, `2025-09`, `2025-Q3`, `2025`. */
export type Bucket = (typeof BUCKETS)[number];

export const METRICS = ["count", "sum", "avg", "min", "max"] as const;
export type MetricFunction = (typeof METRICS)[number];

/** What records are grouped by. */
export interface Grouping {
  readonly place: ValuePlace;
  /** For dates and moments: moments are put into the days of the tenant's time zone. */
  readonly bucket: Bucket | undefined;
  readonly isMoment: boolean;
  /** Groups of members are shown with their names. */
  readonly ofMembers: boolean;
}

export interface Metric {
  readonly function: MetricFunction;
  /** Undefined for counting records. */
  readonly place: ValuePlace | undefined;
}

export interface AggregateRequest {
  readonly groupings: readonly Grouping[];
  readonly metrics: readonly Metric[];
}
