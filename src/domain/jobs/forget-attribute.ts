import * as z from "zod";
import type { JobKind } from "./job.ts";
import { rewriteRecords } from "./rewrite-records.ts";

const inputSchema = z.object({ attributes: z.array(z.number()) });

const KEYS_PER_RECORD = 20;

const rewriting = rewriteRecords({
  name: "forget_attribute",
  rebuildsSearch: true,
  prepare({ job }) {
    const keys = new Set(inputSchema.parse(job.input).attributes.map((number) => `a${number}`));
    return (data) =>
      Object.keys(data).some((key) => keys.has(key))
        ? Object.fromEntries(Object.entries(data).filter(([key]) => !keys.has(key)))
        : data;
  },
});

/** What a deleted attribute leaves in a long table: its values, its part of the search and of titles, and its rows. */
export const forgetAttributeJob: JobKind = {
  ...rewriting,
  async step(ctx, job) {
    const { attributes } = inputSchema.parse(job.input);
    const { storage, work } = ctx;
    const mostKeys = work.recordsPerStep * KEYS_PER_RECORD;
    const [keys] = await storage.read([storage.recordUpkeep.countKeys(attributes, 1)]);
    // First what could be many rows, and is in nobody's way.
    if (keys > 0) {
      return { writes: storage.recordUpkeep.dropKeys(attributes, mostKeys), done: 0, next: job.place ?? 0 };
    }
    const [entityType] = await storage.read([storage.entityTypes.find(job.entityTypeId ?? "")]);
    // Where the table is gone as well, so are its records, or will be.
    return entityType ? rewriting.step(ctx, job) : { writes: [], done: 0, next: undefined };
  },
};
