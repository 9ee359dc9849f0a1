import * as z from "zod";
import { withStoredResults } from "../formulas/calculate.ts";
import type { StoredValues } from "../records/stored-record.ts";
import type { JobKind } from "./job.ts";
import { type RecordRewrite, rewriteRecords } from "./rewrite-records.ts";

export const computeFormulasInput = z.object({
  /** Numbers under which results of another kind are stored. */
  forget: z.array(z.number()),
  /** Whether some of those were texts that a search finds. */
  rebuildsSearch: z.boolean(),
});

const rewrite: RecordRewrite = {
  name: "compute_formulas",
  async prepare({ ctx: { storage, clock }, job, entityType }) {
    const gone = new Set(computeFormulasInput.parse(job.input).forget.map((number) => `a${number}`));
    const [timeZone] = await storage.read([storage.tenants.timeZone()]);
    const when = { timeZone, now: clock.now() };
    return (data) => withStoredResults(entityType.attributes, without(data, gone), when);
  },
  finish: ({ ctx: { storage }, job, entityType }) => [
    ...entityType.attributes
      .filter(({ jobId }) => jobId === job.id)
      .map(({ id }) => storage.attributes.finishBuilding(id, job.id)),
    storage.entityTypes.raiseSchemaVersion(entityType.id),
  ],
  undo: ({ storage }, job, entityType) => [
    ...(entityType?.attributes ?? [])
      .filter(({ jobId }) => jobId === job.id)
      .map(({ id }) => storage.attributes.release(id, job.id)),
    storage.entityTypes.raiseSchemaVersion(job.entityTypeId ?? ""),
  ],
};
const plain = rewriteRecords(rewrite);
const withSearch = rewriteRecords({ ...rewrite, rebuildsSearch: true });

/**
 * Gives all records the results that their formulas have by now, whatever has changed since the job began. Records that
 * are written meanwhile have theirs already.
 */
export const computeFormulasJob: JobKind = {
  ...plain,
  step: (ctx, job) =>
    (computeFormulasInput.parse(job.input).rebuildsSearch ? withSearch : plain).step(ctx, job),
};

function without(data: StoredValues, keys: ReadonlySet<string>): StoredValues {
  return Object.keys(data).some((key) => keys.has(key))
    ? Object.fromEntries(Object.entries(data).filter(([key]) => !keys.has(key)))
    : data;
}
