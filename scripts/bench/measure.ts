import type { Reply } from "./client.ts";
import { type Cost, costOf, highest } from "./cost.ts";

export interface Measured extends Cost {
  readonly name: string;
  readonly requests: number;
  /** Milliseconds, one request at a time. */
  readonly p50: number;
  readonly p95: number;
}

export const WARM_UP = 10;
/** Ends the series early on a machine that is busy with something else. */
const SERIES_MS = 10_000;

/** Sends the request up to `requests` times, one after the other; the first few only warm up. */
export async function measure(
  name: string,
  requests: number,
  send: (i: number) => Promise<Reply>,
): Promise<Measured> {
  const costs: Cost[] = [];
  const times: number[] = [];
  const begun = performance.now();
  for (let i = 0; i < WARM_UP + requests; i++) {
    const started = performance.now();
    if (i > WARM_UP && started - begun > SERIES_MS) break;
    const reply = await send(i);
    const took = performance.now() - started;
    if (i < WARM_UP) continue;
    times.push(took);
    costs.push(costOf(reply));
  }
  times.sort((a, b) => a - b);
  const percentile = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { name, requests: times.length, ...highest(costs), p50: percentile(0.5), p95: percentile(0.95) };
}
