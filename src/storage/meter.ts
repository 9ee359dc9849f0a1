import type { Row, SqlValue } from "./database.ts";

/** What a request cost in D1. */
export interface D1Cost {
  trips: number;
  rowsRead: number;
  rowsWritten: number;
  /** Milliseconds that D1 says it worked. */
  duration: number;
}

/** Sees each batch that was run: counts its cost, and lets tests look at the statements. */
export interface D1Meter {
  record(
    statements: readonly { sql: string; params: readonly SqlValue[] }[],
    results: readonly D1Result<Row>[],
  ): void;
}

/** Adds up a request's D1 cost over all databases that it touches. */
export class CostMeter implements D1Meter {
  readonly cost: D1Cost = { trips: 0, rowsRead: 0, rowsWritten: 0, duration: 0 };

  record(_statements: readonly unknown[], results: readonly D1Result<Row>[]): void {
    this.cost.trips += 1;
    for (const { meta } of results) {
      this.cost.rowsRead += meta.rows_read ?? 0;
      this.cost.rowsWritten += meta.rows_written ?? 0;
      this.cost.duration += meta.duration ?? 0;
    }
  }
}
