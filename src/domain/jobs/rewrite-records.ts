import type { Write } from "../../storage/database.ts";
import type { RecordUpdate } from "../../storage/records.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import type { TenantContext } from "../context.ts";
import { type EntityType, valueKey } from "../entity-types/entity-type.ts";
import { derive, difference, type KeyedValue, keptAttributes } from "../records/derive.ts";
import type { StoredRecord, StoredValues } from "../records/stored-record.ts";
import { cancelled, type Job, JobFailed, type JobKind, type JobStep } from "./job.ts";

/** What a rewriting job works in; read anew for each step. */
export interface Rewriting {
  readonly ctx: TenantContext;
  readonly job: Job;
  readonly entityType: EntityType;
}

export interface RecordRewrite {
  readonly name: string;
  /**
   * Answers the function that makes a record's values what they are to be. It must leave values alone that are right
   * already: records that were written since the job began come by, too, and one may come by twice.
   * @param page the records that come next, those in the trash included.
   * @throws JobFailed
   */
  prepare(rewriting: Rewriting, page: readonly StoredRecord[]): RewriteFunction | Promise<RewriteFunction>;
  /** What the last step writes beside: the change that readers see. */
  finish?(rewriting: Rewriting): readonly Write[];
  /** What is written when the job fails; the entity type is undefined when it is gone. */
  undo?(ctx: TenantContext, job: Job, entityType: EntityType | undefined): readonly Write[];
  /** Search rows are made anew even where the texts are the same. */
  readonly rebuildsSearch?: boolean;
}

export type RewriteFunction = (data: StoredValues, record: StoredRecord) => StoredValues;

/**
 * A kind of job that goes through all records of its entity type, in the order of their numbers, and keeps title,
 * folded copies, index, unique and search rows in step with what it makes of their values. A step is committed only
 * if the schema and the records are still those that it was decided on.
 */
export function rewriteRecords(rewrite: RecordRewrite): JobKind {
  return {
    name: rewrite.name,
    async step(ctx, job) {
      const { storage, work } = ctx;
      const entityTypeId = job.entityTypeId ?? "";
      const last = typeof job.place === "number" ? job.place : 0;
      const [entityType, page] = await storage.read([
        storage.entityTypes.find(entityTypeId),
        storage.recordUpkeep.records(entityTypeId, last, work.recordsPerStep),
      ]);
      if (!entityType) throw cancelled();
      const rewriting = { ctx, job, entityType };
      const change = await rewrite.prepare(rewriting, page);
      const step = await rewritePage(rewriting, page, change, rewrite.rebuildsSearch);
      if (page.length === work.recordsPerStep) return { ...step, next: page.at(-1)?.number };
      return { ...step, writes: [...step.writes, ...(rewrite.finish?.(rewriting) ?? [])], next: undefined };
    },
    async undo(ctx, job) {
      const [entityType] = await ctx.storage.read([ctx.storage.entityTypes.find(job.entityTypeId ?? "")]);
      return { writes: rewrite.undo?.(ctx, job, entityType) ?? [] };
    },
  };
}

/** The step that gives a page of records other values. @throws JobFailed where unique values would be twins. */
export async function rewritePage(
  { ctx, job, entityType }: Rewriting,
  page: readonly StoredRecord[],
  change: RewriteFunction,
  rebuildsSearch = false,
): Promise<Omit<JobStep, "next">> {
  const { records, recordUpkeep } = ctx.storage;
  const made = keptAttributes(entityType).filter(({ jobId }) => jobId === job.id);
  const madeNumbers = new Set(made.filter(({ building }) => building?.index).map(({ number }) => number));
  const madeUnique = new Set(made.filter(({ building }) => building?.unique).map(({ number }) => number));
  const rewritten = page.map((record) => rewriteOne(entityType, record, change(record.data, record)));
  const live = rewritten.filter(({ record }) => record.deletedAt === null);
  const updates = rewritten.flatMap(({ record, isChanged, rows, before }): RecordUpdate[] => {
    if (!isChanged && !(rebuildsSearch && record.deletedAt === null)) return [];
    // Records in the trash have no rows beside them.
    if (record.deletedAt !== null) {
      const none = { removed: [], added: [] };
      return [{ record, rows, index: none, unique: none, searchBefore: rows.search }];
    }
    const index = difference(before.index, rows.index);
    const unique = difference(before.unique, rows.unique);
    const others = (keys: readonly KeyedValue[], own: ReadonlySet<number>) =>
      keys.filter(({ attribute }) => !own.has(attribute));
    return [
      {
        record,
        rows,
        index: { removed: index.removed, added: others(index.added, madeNumbers) },
        unique: { removed: unique.removed, added: others(unique.added, madeUnique) },
        searchBefore: rebuildsSearch ? STALE : before.search,
      },
    ];
  });
  const keysOf = (pick: (rows: (typeof live)[number]["rows"]) => readonly KeyedValue[], number: number) =>
    live.flatMap(({ record, rows }) =>
      pick(rows)
        .filter(({ attribute }) => attribute === number)
        .map(({ key }) => ({ record: record.number, key })),
    );
  await refuseTwins(ctx, live);
  return {
    guard: { entityType, records: page },
    done: page.length,
    writes: [
      ...(updates.length > 0 ? records.update(entityType, updates) : []),
      ...made.flatMap((attribute) => [
        ...(attribute.building?.index
          ? recordUpkeep.fillIndexRows(
              attribute.number,
              keysOf((rows) => rows.index, attribute.number),
            )
          : []),
        ...(attribute.building?.unique
          ? recordUpkeep.fillUniqueRows(
              attribute.number,
              keysOf((rows) => rows.unique, attribute.number),
            )
          : []),
      ]),
    ],
  };
}

/** No search row is this: they have two spaces before each word. */
const STALE = "\u0000";

function rewriteOne(entityType: EntityType, record: StoredRecord, data: StoredValues) {
  const before = derive(entityType, record.data);
  const isSame = sameValues(record.data, data);
  const rows = isSame ? before : derive(entityType, data);
  // Whoever has read the values decides on what they were; a title is nothing that anybody decides on.
  const version = isSame ? record.version : record.version + 1;
  const isChanged = !isSame || rows.title !== record.title;
  return { record: { ...record, data, version }, isChanged, rows, before };
}

function sameValues(a: StoredValues, b: StoredValues): boolean {
  return a === b || JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}

const MOST_TWINS = 10;

async function refuseTwins(
  ctx: TenantContext,
  live: readonly {
    readonly record: StoredRecord;
    readonly rows: { readonly unique: readonly KeyedValue[] };
    readonly before: { readonly unique: readonly KeyedValue[] };
    readonly isChanged: boolean;
  }[],
): Promise<void> {
  const added = live.flatMap(({ record, rows, before }) =>
    difference(before.unique, rows.unique).added.map((key) => ({ ...key, record })),
  );
  if (added.length === 0) return;
  const [taken] = await ctx.storage.read([ctx.storage.records.takenKeys(added)]);
  const text = ({ attribute, key }: KeyedValue) => `${attribute} ${typeof key} ${key}`;
  const holders = new Map(taken.map((key) => [text(key), key.record]));
  const twins = new Map<string, Json>();
  for (const { record, ...key } of added) {
    const holder = holders.get(text(key)) ?? record.number;
    if (holder !== record.number)
      twins.set(text(key), record.data[valueKey({ number: key.attribute })] ?? "");
    holders.set(text(key), holder);
  }
  if (twins.size === 0) return;
  throw new JobFailed(
    ...[...twins.values()]
      .slice(0, MOST_TWINS)
      .map((value) => ({ path: "unique", code: "value_occurs_twice", params: { value: sampleOf(value) } })),
  );
}
