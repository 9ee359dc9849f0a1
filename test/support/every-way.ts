import type { Read } from "../../src/storage/database.ts";
import { TUNING } from "../../src/storage/record-choice-sql.ts";
import { type FoundPage, recordQueryStore } from "../../src/storage/record-queries.ts";

type RecordQueries = ReturnType<typeof recordQueryStore>;

/** Weights that make walks likely, walks that soon give up, and collecting; and those in use. */
const TUNINGS = [
  TUNING,
  { ...TUNING, sample: 2, owned: 2, caution: 1e-6, entries: 0.5 },
  { ...TUNING, sample: 2, owned: 2, caution: 1e-6, patience: 0.02, worth: 0, entries: 0.1 },
  { ...TUNING, sample: 1, owned: 1, caution: 1e6, entries: 1 },
];

/** How many pages were found in which way. */
export interface Ways {
  collected: number;
  walked: number;
  /** Walked to the end without filling the page. */
  walkedToTheEnd: number;
  /** Collected after a walk that gave up. */
  givenUp: number;
  /** Looked for in small groups. */
  grouped: number;
  /** Took another statement. */
  further: number;
}

/** The fewest times that a way was gone of those between which a condition leaves the choice. */
export function leastGone({ collected, walked, walkedToTheEnd, givenUp }: Ways): number {
  return Math.min(collected, walked, walkedToTheEnd, givenUp);
}

/**
 * The lists of a tenant, each page found in another way than the one before where the planner has a choice: so that
 * few records are enough to go all ways, and cursors have to be right whichever way the page before was found.
 */
export function everyWay(tenantId: string): { readonly recordQueries: RecordQueries; readonly ways: Ways } {
  const stores = TUNINGS.map((tuning) => recordQueryStore(tenantId, tuning));
  const ways: Ways = { collected: 0, walked: 0, walkedToTheEnd: 0, givenUp: 0, grouped: 0, further: 0 };
  let next = 0;
  const [usual] = stores;
  if (!usual) throw new Error("there are tunings");
  const watched = (read: Read<FoundPage>, isFurther: boolean): Read<FoundPage> => ({
    ...read,
    decode(rows) {
      const plan = rows[0]?.plan;
      if (rows[0] && "stop" in rows[0]) ways.grouped += 1;
      if (typeof plan === "number") {
        const isAfterWalk = rows[0]?.matches === null;
        if (isAfterWalk) ways[plan === 0 ? "walkedToTheEnd" : "givenUp"] += 1;
        else ways[plan === 0 ? "walked" : "collected"] += 1;
      }
      const { records, further } = read.decode(rows);
      if (isFurther) ways.further += 1;
      return { records, further: further && watched(further, true) };
    },
  });
  const page: RecordQueries["page"] = (...request) =>
    watched((stores[next++ % stores.length] ?? usual).page(...request), false);
  return { recordQueries: { ...usual, page }, ways };
}
