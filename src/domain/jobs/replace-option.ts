import * as z from "zod";
import { foldText } from "../../lib/fold-text.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import { type EntityType, valueKey } from "../entity-types/entity-type.ts";
import { withStoredResults } from "../formulas/calculate.ts";
import type { StoredValues } from "../records/stored-record.ts";
import type { Job, JobKind } from "./job.ts";
import { type RewriteFunction, rewritePage } from "./rewrite-records.ts";

const inputSchema = z.object({
  list_id: z.string(),
  option: z.object({ id: z.string(), number: z.number(), value: z.string() }),
  /** The number of the option that takes its place; null for none. */
  replacement: z.number().nullable(),
  /** The entity types that have the list, whose records are gone through one type after the other. */
  entity_types: z.array(z.string()),
});

const placeSchema = z.object({ type: z.number(), record: z.number() }).catch({ type: 0, record: 0 });

/**
 * Takes a deleted option out of the records of every attribute that has its list, or puts another one in its place.
 * Until it is done, the option shows where it still stands, and no write takes it.
 */
export const replaceOptionJob: JobKind = {
  name: "replace_option",
  async step(ctx, job) {
    const { storage, work } = ctx;
    const { list_id: listId, option, replacement, entity_types: types } = inputSchema.parse(job.input);
    const place = placeSchema.parse(job.place);
    const entityTypeId = types[place.type] ?? "";
    const [entityType, page, settings] = await storage.read([
      storage.entityTypes.find(entityTypeId),
      storage.recordUpkeep.records(entityTypeId, place.record, work.recordsPerStep),
      storage.tenants.valueSettings(),
    ]);
    const isLastPage = page.length < work.recordsPerStep;
    const isLast = isLastPage && place.type >= types.length - 1;
    const replacing = { listId, option: option.number, replacement };
    const when = { timeZone: settings?.timeZone ?? "UTC", now: ctx.clock.now() };
    const change: RewriteFunction = (data) => {
      const changed = replaceIn(entityType, data, replacing);
      // Formulas may go by the option.
      return changed === data ? data : withStoredResults(entityType?.attributes ?? [], changed, when);
    };
    const step = entityType
      ? await rewritePage({ ctx, job, entityType }, page, change)
      : { writes: [], done: 0 };
    return {
      ...step,
      writes: [
        ...step.writes,
        ...(isLast
          ? [
              storage.selectLists.removeOption(listId, option.id),
              storage.attributes.releaseAll(listId, job.id),
              storage.selectLists.raiseSchemaVersions(listId),
            ]
          : []),
      ],
      next: isLast
        ? undefined
        : isLastPage
          ? { type: place.type + 1, record: 0 }
          : { type: place.type, record: page.at(-1)?.number ?? 0 },
    };
  },

  /** What was replaced stays so; the option is there again for the others. */
  async undo({ storage }, job: Job) {
    const { list_id: listId, option } = inputSchema.parse(job.input);
    return {
      writes: [
        storage.selectLists.restoreOption(listId, option.id, foldText(option.value)),
        storage.attributes.releaseAll(listId, job.id),
        storage.selectLists.raiseSchemaVersions(listId),
      ],
    };
  },
};

interface Replacing {
  readonly listId: string;
  readonly option: number;
  readonly replacement: number | null;
}

function replaceIn(
  entityType: EntityType | undefined,
  data: StoredValues,
  replacing: Replacing,
): StoredValues {
  const changed: Record<string, Json> = { ...data };
  let isChanged = false;
  for (const attribute of entityType?.attributes ?? []) {
    const key = valueKey(attribute);
    const value = changed[key];
    if (attribute.selectListId !== replacing.listId || value === undefined) continue;
    const after = replaceOne(value, replacing);
    if (after === value) continue;
    isChanged = true;
    if (after === null) delete changed[key];
    else changed[key] = after;
  }
  return isChanged ? changed : data;
}

function replaceOne(value: Json, { option, replacement }: Replacing): Json {
  if (value === option) return replacement;
  if (!Array.isArray(value) || !value.includes(option)) return value;
  const others = value.filter((chosen) => chosen !== option).map(Number);
  const chosen = new Set(replacement === null ? others : [...others, replacement]);
  return chosen.size === 0 ? null : [...chosen].sort((a, b) => a - b);
}
