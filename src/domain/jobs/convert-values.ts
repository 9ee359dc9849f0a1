import * as z from "zod";
import { timestamp } from "../../lib/clock.ts";
import type { Write } from "../../storage/database.ts";
import { type Attribute, InvalidValue } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import type { TenantContext } from "../context.ts";
import { convertValue } from "../conversion/convert-value.ts";
import { namesIn } from "../conversion/try-conversion.ts";
import { type EntityType, valueKey } from "../entity-types/entity-type.ts";
import type { StoredRecord } from "../records/stored-record.ts";
import { cancelled, type Job, type JobError, type JobKind, type JobStep } from "./job.ts";
import { type RewriteFunction, rewritePage } from "./rewrite-records.ts";

const inputSchema = z.object({
  /** The number of the attribute before. */
  from: z.number(),
  /** The list of the attribute alone that nobody has afterwards. */
  private_list: z.string().nullable(),
});

const placeSchema = z
  .object({ phase: z.enum(["convert", "tidy"]), record: z.number(), lost: z.number() })
  .catch({ phase: "convert", record: 0, lost: 0 });
type Place = z.infer<typeof placeSchema>;

/** How many of the values that did not convert the job names. */
const MOST_NAMED = 10;
const KEYS_PER_RECORD = 20;

/**
 * Converts the values of an attribute, in two rounds. In the first, records get what their values become, under the
 * number of its own that the successor has; its last commit makes the attribute what it was to become, for all
 * readers at once. The second takes what the old values leave: rows, texts in the search, and the values themselves.
 */
export const convertValuesJob: JobKind = {
  name: "convert_values",
  async step(ctx, job) {
    const { storage, work } = ctx;
    const place = placeSchema.parse(job.place);
    const entityTypeId = job.entityTypeId ?? "";
    const [entityType, page, settings] = await storage.read([
      storage.entityTypes.find(entityTypeId),
      storage.recordUpkeep.records(entityTypeId, place.record, work.recordsPerStep),
      storage.tenants.valueSettings(),
    ]);
    const attribute = entityType?.attributes.find(({ id }) => id === job.attributeId);
    if (!entityType || attribute?.jobId !== job.id) throw cancelled();
    const at = { ctx, job, entityType, attribute, page, place };
    return place.phase === "convert" ? convertPage(at, settings?.defaultCountry ?? "RU") : tidyPage(at);
  },

  async undo(ctx, job) {
    const { storage } = ctx;
    const [entityType] = await storage.read([storage.entityTypes.find(job.entityTypeId ?? "")]);
    const attribute = entityType?.attributes.find(({ id }) => id === job.attributeId);
    if (!entityType || attribute?.jobId !== job.id) return { writes: [] };
    const { successor } = attribute;
    const gone = successor ? successor.number : inputSchema.parse(job.input).from;
    const list = successor?.selectListId;
    const isOwn = successor?.settings.select_list_id === undefined && list !== attribute.selectListId;
    return {
      writes: [
        storage.attributes.endConversion(attribute.id, job.id),
        // What the conversion has made so far, or what it has not tidied up, goes in a job of its own.
        storage.jobs.insert({
          id: ctx.newId(),
          kind: "forget_attribute",
          entityTypeId: entityType.id,
          attributeId: null,
          input: { attributes: [gone] },
          createdBy: job.createdBy,
          createdAt: timestamp(ctx.clock),
        }),
        ...(list && isOwn ? storage.selectLists.deletePrivate(list) : []),
        storage.entityTypes.raiseSchemaVersion(entityType.id),
      ],
    };
  },
};

interface At {
  readonly ctx: TenantContext;
  readonly job: Job;
  readonly entityType: EntityType;
  readonly attribute: Attribute;
  readonly page: readonly StoredRecord[];
  readonly place: Place;
}

async function convertPage(at: At, defaultCountry: string): Promise<JobStep> {
  const { ctx, job, entityType, attribute, page, place } = at;
  const { successor } = attribute;
  if (!successor) throw cancelled();
  const [from, to] = [valueKey(attribute), valueKey(successor)];
  const [members] = await ctx.storage.read([
    namesIn(
      ctx,
      page.map(({ data }) => data[from]),
    ),
  ]);
  const lost: JobError[] = [];
  const change: RewriteFunction = (data) => {
    const value = data[from];
    // Whoever has written the record since has converted it, too.
    if (value === undefined || data[to] !== undefined) return data;
    try {
      const converted = convertValue(attribute, successor, value, { defaultCountry, members });
      return converted === null ? data : { ...data, [to]: converted };
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      lost.push(error.at(attribute.name));
      return data;
    }
  };
  const step = await rewritePage({ ctx, job, entityType }, page, change);
  const isLast = page.length < ctx.work.recordsPerStep;
  const count = place.lost + lost.length;
  const named = [...job.errors.slice(1), ...lost].slice(0, MOST_NAMED);
  return {
    ...step,
    writes: [...step.writes, ...(isLast ? becomeSuccessor(at, successor) : [])],
    errors: count === 0 ? [] : [{ path: "", code: "became_blank", params: { count } }, ...named],
    next: isLast
      ? { phase: "tidy", record: 0, lost: count }
      : { phase: "convert", record: page.at(-1)?.number ?? 0, lost: count },
  };
}

/** The change that readers see. */
function becomeSuccessor({ ctx, job, entityType, attribute }: At, successor: Attribute): Write[] {
  const { storage } = ctx;
  const { private_list: list } = inputSchema.parse(job.input);
  const losesTitle = entityType.displayAttributeId === attribute.id && !kindOf(successor).canBeUnique;
  return [
    storage.attributes.finishConversion(attribute.id, job.id),
    ...(list === null ? [] : storage.selectLists.deletePrivate(list)),
    losesTitle
      ? storage.entityTypes.update(entityType.id, {
          ...entityType,
          displayAttributeId: null,
          updatedAt: timestamp(ctx.clock),
        })
      : storage.entityTypes.raiseSchemaVersion(entityType.id),
  ];
}

async function tidyPage({ ctx, job, entityType, attribute, page, place }: At): Promise<JobStep> {
  const { storage, work } = ctx;
  const { from } = inputSchema.parse(job.input);
  const key = valueKey({ number: from });
  const [keys] = await storage.read([storage.recordUpkeep.countKeys([from], 1)]);
  if (keys > 0) {
    const most = work.recordsPerStep * KEYS_PER_RECORD;
    return { writes: storage.recordUpkeep.dropKeys([from], most), done: 0, next: place };
  }
  const change: RewriteFunction = ({ [key]: _, ...others }) => others;
  const step = await rewritePage({ ctx, job, entityType }, page, change, true);
  const isLast = page.length < work.recordsPerStep;
  return {
    ...step,
    writes: [
      ...step.writes,
      ...(isLast
        ? [
            storage.attributes.endConversion(attribute.id, job.id),
            storage.entityTypes.raiseSchemaVersion(entityType.id),
          ]
        : []),
    ],
    next: isLast ? undefined : { ...place, record: page.at(-1)?.number ?? 0 },
  };
}
