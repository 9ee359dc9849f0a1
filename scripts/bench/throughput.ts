import { type Client, openClient, type Request } from "./client.ts";

export const CONCURRENCY = 8;
const ROUNDS = 5;
const REQUESTS = 400;
/** Ends a round early on a machine that is busy with something else. */
const ROUND_MS = 4_000;

export interface Throughput {
  /** Requests a second, the median of the rounds. */
  readonly crm: number;
  readonly bare: number;
  /** How many times as much a request to the CRM costs: bare ÷ crm, the median of the rounds. */
  readonly ratio: number;
}

/** Holds two servers against each other, in turns, so that a slow moment of the machine meets both. */
export async function compare(
  crm: { readonly base: URL; readonly request: Request },
  bare: { readonly base: URL; readonly request: Request },
): Promise<Throughput> {
  const clients = [openClient(crm.base, CONCURRENCY), openClient(bare.base, CONCURRENCY)] as const;
  try {
    await requestsPerSecond(clients[0], crm.request);
    await requestsPerSecond(clients[1], bare.request);
    const rounds: { crm: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({
        crm: await requestsPerSecond(clients[0], crm.request),
        bare: await requestsPerSecond(clients[1], bare.request),
      });
    }
    return {
      crm: median(rounds.map((round) => round.crm)),
      bare: median(rounds.map((round) => round.bare)),
      ratio: median(rounds.map((round) => round.bare / round.crm)),
    };
  } finally {
    for (const client of clients) client.close();
  }
}

async function requestsPerSecond(client: Client, request: Request): Promise<number> {
  const started = performance.now();
  let sent = 0;
  const sender = async () => {
    while (sent < REQUESTS && performance.now() - started < ROUND_MS) {
      sent += 1;
      await client.send(request);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sender));
  return sent / ((performance.now() - started) / 1_000);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
