import { AppError } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import type { Write } from "../../storage/database.ts";
import type { Access } from "../access/access.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { atMost, MOST_INDEXED } from "../entity-types/limits.ts";
import { CANCELLED } from "../jobs/job.ts";
import { keepsIndex } from "../records/derive.ts";
import { backfill } from "./backfill.ts";
import type { AttributeDefinition } from "./define-attribute.ts";

type Change = Partial<Pick<AttributeDefinition, "indexed" | "unique">>;

/** Whether the change switches off what a job is making. */
export function stopsJob({ building }: Attribute, { indexed, unique }: Change): boolean {
  return (building?.index && indexed === false) || (building?.unique && unique === false) || false;
}

/** A job counts on what it was begun with; only what it does not look at may change. @throws AppError `invalid_state`. */
export function refuseWhileJobRuns(before: Attribute, wanted: Attribute): void {
  const counted = ({ required, unique, indexed, settings, default: value }: Attribute) =>
    JSON.stringify([required, unique, indexed, settings, value]);
  const { building } = before;
  const same = {
    ...wanted,
    // What is being made may be asked for once more.
    indexed: wanted.indexed && !building?.index,
    unique: wanted.unique && !building?.unique,
  };
  if (counted(before) !== counted(same)) {
    throw new AppError("invalid_state", { params: { reason: "job_running" } });
  }
}

interface KeyChange {
  readonly before: Attribute;
  /** As the request asks for it. */
  readonly wanted: Attribute;
  readonly change: Change;
}

/**
 * What becomes of the index and unique rows of an attribute whose `indexed` or `unique` changes: dropped, made in the
 * same batch, or, where the records are many, made by a job.
 * @returns the attribute as it is stored then.
 * @throws AppError `too_many` (indexed), `not_unique`.
 */
export async function changeKeys(
  ctx: TenantContext,
  access: Access,
  entityType: EntityType,
  { before, wanted, change }: KeyChange,
): Promise<{ after: Attribute; writes: Write[] }> {
  const { recordUpkeep, jobs } = ctx.storage;
  const { building } = before;
  const writes: Write[] = [];
  let left = building;
  if (building && stopsJob(before, change)) {
    left = undefined;
    if (before.jobId !== undefined)
      writes.push(jobs.cancel(before.jobId, before.id, [CANCELLED], timestamp(ctx.clock)));
    if (building.index) writes.push(recordUpkeep.dropIndexRows(before.number));
    if (building.unique) writes.push(recordUpkeep.dropUniqueRows(before.number));
  }
  if (before.indexed && !wanted.indexed) writes.push(recordUpkeep.dropIndexRows(before.number));
  if (before.unique && !wanted.unique) writes.push(recordUpkeep.dropUniqueRows(before.number));
  const jobId = left === building ? before.jobId : undefined;
  const asked = { index: wanted.indexed && !before.indexed, unique: wanted.unique && !before.unique };
  const isBeingMade = jobId !== undefined && left !== undefined;
  if ((!asked.index && !asked.unique) || isBeingMade) {
    const indexed = wanted.indexed && !left?.index;
    return {
      after: { ...wanted, indexed, unique: wanted.unique && !left?.unique, building: left, jobId },
      writes,
    };
  }
  // What a job that was given up has left is made whole along with it.
  const make = {
    index: asked.index || (left?.index ?? false),
    unique: asked.unique || (left?.unique ?? false),
  };
  if (make.index && !keepsIndex(before)) {
    atMost(MOST_INDEXED, entityType.attributes.filter(keepsIndex).length + 1, "indexed_attributes");
  }
  if (entityType.recordCount <= ctx.work.recordsAtOnce) {
    // Rows that a job left unfinished would be in the way.
    if (left?.index) writes.push(recordUpkeep.dropIndexRows(before.number));
    if (left?.unique) writes.push(recordUpkeep.dropUniqueRows(before.number));
    const whole = { indexed: wanted.indexed || make.index, unique: wanted.unique || make.unique };
    writes.push(...(await backfill(ctx, entityType, wanted, make)));
    return { after: { ...wanted, ...whole, building: undefined, jobId: undefined }, writes };
  }
  const job = {
    id: ctx.newId(),
    kind: "build_index",
    entityTypeId: entityType.id,
    attributeId: before.id,
    input: { type: entityType.number, attribute: before.number, ...make },
    createdBy: access.member.id,
    createdAt: timestamp(ctx.clock),
  };
  const after = {
    ...wanted,
    indexed: wanted.indexed && !make.index,
    unique: wanted.unique && !make.unique,
    building: make,
    jobId: job.id,
  };
  return { after, writes: [...writes, jobs.insert(job)] };
}
