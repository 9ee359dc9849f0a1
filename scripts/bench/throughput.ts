import { type Client, openClient, type Request } from "./client.ts";
import { serverCpuClock } from "./server-cpu.ts";

export const CONCURRENCY = 8;
const ROUNDS = 5;
const REQUESTS = 400;
/** Ends a round early on a machine that is busy with something else. */
const ROUND_MS = 4_000;

export interface Throughput {
  /** Requests a second, the median of the rounds. */
  readonly crm: number;
  readonly bare: number;
  /** How many times as long a request to the CRM takes: bare ÷ crm, the median of the rounds. */
  readonly ratio: number;
  /** The same of the CPU time that workerd took: milliseconds a request. Null where it cannot be told. */
  readonly cpu: { readonly crm: number; readonly bare: number; readonly ratio: number } | null;
}

interface Target {
  readonly base: URL;
  readonly request: Request;
}

interface Round {
  readonly perSecond: number;
  readonly cpuMs: number;
}

/** Holds two servers against each other, in turns, so that a slow moment of the machine meets both. */
export async function compare(crm: Target, bare: Target): Promise<Throughput> {
  const clock = serverCpuClock();
  const clients = { crm: openClient(crm.base, CONCURRENCY), bare: openClient(bare.base, CONCURRENCY) };
  try {
    const rounds: { crm: Round; bare: Round }[] = [];
    // One more than counts: the first warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      rounds.push({
        crm: await runRound(clients.crm, crm.request, clock),
        bare: await runRound(clients.bare, bare.request, clock),
      });
    }
    const counted = rounds.slice(1);
    const median = (pick: (round: { crm: Round; bare: Round }) => number) => middle(counted.map(pick));
    return {
      crm: median((round) => round.crm.perSecond),
      bare: median((round) => round.bare.perSecond),
      ratio: median((round) => round.bare.perSecond / round.crm.perSecond),
      cpu: clock
        ? {
            crm: median((round) => round.crm.cpuMs),
            bare: median((round) => round.bare.cpuMs),
            ratio: median((round) => round.crm.cpuMs / round.bare.cpuMs),
          }
        : null,
    };
  } finally {
    clients.crm.close();
    clients.bare.close();
  }
}

async function runRound(client: Client, request: Request, clock: (() => number) | undefined): Promise<Round> {
  const cpuBefore = clock?.() ?? 0;
  const started = performance.now();
  let sent = 0;
  const sender = async () => {
    while (sent < REQUESTS && performance.now() - started < ROUND_MS) {
      sent += 1;
      await client.send(request);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sender));
  const seconds = (performance.now() - started) / 1_000;
  return { perSecond: sent / seconds, cpuMs: ((clock?.() ?? 0) - cpuBefore) / sent };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
