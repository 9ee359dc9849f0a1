import { leads } from "../demo/leads.ts";
import { legalEntities } from "../demo/legal-entities.ts";
import type { Values } from "../demo/locale.ts";
import { seededRandom } from "../demo/random.ts";
import { russian } from "../demo/russian.ts";
import { type Cost, costOf } from "./cost.ts";
import type { Tenant } from "./tenant.ts";

/** What one bulk request may hold. */
const BATCH = 1_000;
/** Ids kept for the measurements that follow, spread over the whole table. */
const KEPT_PER_BATCH = 20;

export interface Filled {
  /** Ids of some of the records. */
  readonly ids: readonly string[];
  readonly perSecond: number;
  /** What the last full request cost. */
  readonly lastCost: Cost & { readonly records: number };
}

const customers = legalEntities(russian, seededRandom("bench customers"), 120);

/** `count` leads of the demo's generator, the same for the same batch; `responsible` is the founder or nobody. */
function batchOfLeads(tenant: Tenant, batch: number, count: number): Values[] {
  return leads(russian, seededRandom(`bench leads ${batch}`), count, customers).map(
    ({ responsible, ...values }) =>
      responsible === undefined ? values : { ...values, responsible: tenant.ownerId },
  );
}

/** One lead's values, as a client would create them. */
export function oneLead(tenant: Tenant, number: number): Values {
  return batchOfLeads(tenant, 1_000_000 + number, 1)[0] ?? {};
}

/** Creates `count` leads by bulk requests, one after the other; the clock runs only while one is under way. */
export async function fillLeads(
  tenant: Tenant,
  count: number,
  firstBatch: number,
  progress: (done: number) => void,
): Promise<Filled> {
  const ids: string[] = [];
  let milliseconds = 0;
  let lastCost = { trips: 0, rowsRead: 0, rowsWritten: 0, records: 0 };
  for (let done = 0; done < count; ) {
    const records = batchOfLeads(tenant, firstBatch + done / BATCH, Math.min(BATCH, count - done));
    const started = performance.now();
    const reply = await tenant.send("POST", "/api/data/leads/bulk-create", { records });
    milliseconds += performance.now() - started;
    const { results, failed } = JSON.parse(reply.text) as { results: { id: string }[]; failed: number };
    if (failed > 0) throw new Error(`${failed} leads were refused: ${reply.text.slice(0, 1_000)}`);
    const step = Math.max(1, Math.floor(results.length / KEPT_PER_BATCH));
    ids.push(...results.filter((_, i) => i % step === 0).map(({ id }) => id));
    lastCost = { ...costOf(reply), records: records.length };
    done += records.length;
    progress(done);
  }
  return { ids, perSecond: Math.round(count / (milliseconds / 1_000)), lastCost };
}
