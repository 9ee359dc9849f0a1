import * as z from "zod";
import type { RecordKey, RecordValue } from "../../storage/record-upkeep.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import type { TenantContext } from "../context.ts";
import { indexKey, uniqueKey } from "../records/derive.ts";
import { cancelled, type Job, type JobError, JobFailed, type JobKind } from "./job.ts";

export const buildIndexInput = z.object({
  /** The numbers of entity type and attribute. */
  type: z.number(),
  attribute: z.number(),
  index: z.boolean(),
  unique: z.boolean(),
});

/** How many of the values that stand in the way of uniqueness are named. */
const MOST_TWINS = 10;

/**
 * Makes the index or unique rows, or both, of an attribute whose records are many. From the commit that began it on
 * writers keep the rows of what they write; this makes those of the rest, and readers rely on them once all are there.
 * Where values occur twice, the attribute does not become unique, and the errors name them.
 */
export const buildIndexJob: JobKind = {
  name: "build_index",
  async step(ctx, job) {
    const { storage, work } = ctx;
    const { recordUpkeep } = storage;
    const { type, attribute: number, index, unique } = buildIndexInput.parse(job.input);
    const last = typeof job.place === "number" ? job.place : 0;
    const [entityType, page] = await storage.read([
      storage.entityTypes.find(job.entityTypeId ?? ""),
      recordUpkeep.values(type, number, last, work.recordsPerStep),
    ]);
    const attribute = entityType?.attributes.find(({ id }) => id === job.attributeId);
    if (!entityType || !attribute || attribute.jobId !== job.id) throw cancelled();
    const { keys, twins } = unique ? await findTwins(ctx, attribute, page) : { keys: [], twins: [] };
    const errors = [...job.errors, ...twins];
    const isLast = page.length < work.recordsPerStep;
    if (errors.length >= MOST_TWINS || (isLast && errors.length > 0)) {
      throw new JobFailed(...errors.slice(0, MOST_TWINS));
    }
    return {
      guard: { entityType },
      writes: [
        recordUpkeep.requireSame(type, page),
        ...(index ? recordUpkeep.fillIndexRows(number, indexKeys(attribute, page)) : []),
        ...recordUpkeep.fillUniqueRows(number, keys),
        ...(isLast
          ? [
              storage.attributes.finishBuilding(attribute.id, job.id),
              storage.entityTypes.raiseSchemaVersion(entityType.id),
            ]
          : []),
      ],
      done: page.length,
      errors,
      next: isLast ? undefined : page.at(-1)?.record,
    };
  },

  undo: async ({ storage }, job) => ({ writes: await giveUpBuilding(storage, job) }),
};

/** Takes back what the job has made; nothing where the attribute is another job's, or nobody's, by now. */
async function giveUpBuilding(storage: TenantContext["storage"], job: Job) {
  const { attribute: number, index, unique } = buildIndexInput.parse(job.input);
  const [entityType] = await storage.read([storage.entityTypes.find(job.entityTypeId ?? "")]);
  const attribute = entityType?.attributes.find(({ id }) => id === job.attributeId);
  if (!entityType || attribute?.jobId !== job.id) return [];
  return [
    storage.attributes.giveUpBuilding(attribute.id, job.id),
    ...(index ? [storage.recordUpkeep.dropIndexRows(number)] : []),
    ...(unique ? [storage.recordUpkeep.dropUniqueRows(number)] : []),
    storage.entityTypes.raiseSchemaVersion(entityType.id),
  ];
}

function indexKeys(attribute: Attribute, page: readonly RecordValue[]): RecordKey[] {
  return page.map(({ record, value }) => ({ record, key: indexKey(attribute, value) }));
}

/** The unique keys of a page's values, and the values that another record has, too. */
async function findTwins(
  { storage }: TenantContext,
  attribute: Attribute,
  page: readonly RecordValue[],
): Promise<{ keys: RecordKey[]; twins: JobError[] }> {
  const keys = page.flatMap(({ record, value }) =>
    value === undefined ? [] : [{ record, key: uniqueKey(attribute, value), value }],
  );
  if (keys.length === 0) return { keys, twins: [] };
  const { number } = attribute;
  const [taken] = await storage.read([
    storage.records.takenKeys(keys.map(({ key }) => ({ attribute: number, key }))),
  ]);
  const holders = new Map(taken.map(({ key, record }) => [key, record]));
  const twins = new Map<RecordKey["key"], JobError>();
  for (const { record, key, value } of keys) {
    const holder = holders.get(key);
    if (holder === undefined) holders.set(key, record);
    else if (holder !== record) {
      twins.set(key, { path: "unique", code: "value_occurs_twice", params: { value: sampleOf(value) } });
    }
  }
  return { keys, twins: [...twins.values()] };
}
