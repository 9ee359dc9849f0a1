import type { Filled } from "./fill.ts";
import type { Operation } from "./operations.ts";
import type { Throughput } from "./throughput.ts";

/** Rows that one request's statements read, in the order they were sent. */
export interface TracedRequest {
  readonly name: string;
  readonly statements: readonly { readonly name: string; readonly rowsRead: number }[];
}

/** Everything that was measured with so many records in the table. */
export interface SizeResults {
  readonly records: number;
  readonly fill: Omit<Filled, "ids">;
  /** Bytes that each of the records added took on disk, index rows included. */
  readonly bytesPerRecord: number;
  readonly operations: readonly Operation[];
  /** By what is asked for; `page` is the one that has a budget. */
  readonly throughput: { readonly page: Throughput; readonly others: Readonly<Record<string, Throughput>> };
  readonly traces: readonly TracedRequest[];
}

export interface Results {
  readonly bundle: { readonly plain: number; readonly gzipped: number };
  /** Milliseconds: CPU to load the bundle; until workerd was ready; until the first answer after that. */
  readonly startup: { readonly cpuMs: number; readonly readyMs: number; readonly firstAnswerMs: number };
  readonly sizes: readonly SizeResults[];
}
