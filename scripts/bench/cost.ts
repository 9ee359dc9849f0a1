import type { Reply } from "./client.ts";

/** What one request cost in D1, authentication included. */
export interface Cost {
  readonly trips: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** Reads the Server-Timing header. */
export function costOf({ headers }: Reply): Cost {
  const header = String(headers["server-timing"] ?? "");
  const count = (name: string): number => {
    const found = new RegExp(`\\b${name}=(\\d+)`).exec(header)?.[1];
    if (found === undefined) throw new Error(`Server-Timing lacks ${name}: "${header}"`);
    return Number(found);
  };
  return { trips: count("trips"), rowsRead: count("rows_read"), rowsWritten: count("rows_written") };
}

/** The highest of each: a budget is a ceiling. */
export function highest(costs: readonly Cost[]): Cost {
  const max = (pick: (cost: Cost) => number) => Math.max(0, ...costs.map(pick));
  return {
    trips: max(({ trips }) => trips),
    rowsRead: max(({ rowsRead }) => rowsRead),
    rowsWritten: max(({ rowsWritten }) => rowsWritten),
  };
}
