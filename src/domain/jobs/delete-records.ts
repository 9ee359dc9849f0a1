import * as z from "zod";
import type { JobKind } from "./job.ts";

const inputSchema = z.object({
  /** The numbers that the deleted type and its attributes had; nobody has them after it. */
  type: z.number(),
  attributes: z.array(z.number()),
});

/** Index, unique and link rows that are deleted beside each record. */
const KEYS_PER_RECORD = 20;

/** What a deleted entity type leaves: its records with all rows beside them. Nobody can reach any of it by then. */
export const deleteRecordsJob: JobKind = {
  name: "delete_records",
  async step({ storage, work }, { input }) {
    const { type, attributes } = inputSchema.parse(input);
    const { recordUpkeep } = storage;
    const mostKeys = work.recordsPerStep * KEYS_PER_RECORD;
    const [numbers, keys] = await storage.read([
      recordUpkeep.someNumbers(type, work.recordsPerStep),
      recordUpkeep.countKeys(attributes, mostKeys + 1),
    ]);
    const isLast = numbers.length < work.recordsPerStep && keys <= mostKeys;
    return {
      writes: [...recordUpkeep.remove(type, numbers), ...recordUpkeep.dropKeys(attributes, mostKeys)],
      done: numbers.length,
      next: isLast ? undefined : (numbers.at(-1) ?? 0),
    };
  },
};
