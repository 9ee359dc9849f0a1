import { TUNING } from "../../src/storage/record-choice-sql.ts";
import { recordQueryStore } from "../../src/storage/record-queries.ts";

type RecordQueries = ReturnType<typeof recordQueryStore>;

/** Weights that make walks likely, walks that soon give up, and collecting; and those in use. */
const TUNINGS = [
  TUNING,
  { ...TUNING, sample: 2, owned: 2, caution: 1e-6 },
  { ...TUNING, sample: 2, owned: 2, caution: 1e-6, patience: 0.02, worth: 0 },
  { ...TUNING, sample: 1, owned: 1, caution: 1e6 },
];

/** How many pages were found in which way. */
export interface Ways {
  collected: number;
  walked: number;
  /** Walked to the end without filling the page. */
  walkedToTheEnd: number;
  /** Collected after a walk that gave up. */
  givenUp: number;
}

/**
 * The lists of a tenant, each page found in another way than the one before where the planner has a choice: so that
 * few records are enough to go all ways, and cursors have to be right whichever way the page before was found.
 */
export function everyWay(tenantId: string): { readonly recordQueries: RecordQueries; readonly ways: Ways } {
  const stores = TUNINGS.map((tuning) => recordQueryStore(tenantId, tuning));
  const ways: Ways = { collected: 0, walked: 0, walkedToTheEnd: 0, givenUp: 0 };
  let next = 0;
  const [usual] = stores;
  if (!usual) throw new Error("there are tunings");
  const page: RecordQueries["page"] = (...request) => {
    const read = (stores[next++ % stores.length] ?? usual).page(...request);
    return {
      ...read,
      decode(rows) {
        const { records, further } = read.decode(rows);
        const plan = rows[0]?.plan;
        if (typeof plan === "number") ways[plan > 0 ? "collected" : "walked"] += 1;
        if (!further) return { records, further };
        return {
          records,
          further: {
            ...further,
            decode(more) {
              ways[more[0]?.plan === 0 ? "walkedToTheEnd" : "givenUp"] += 1;
              return further.decode(more);
            },
          },
        };
      },
    };
  };
  return { recordQueries: { ...usual, page }, ways };
}
