import { timestamp } from "../../lib/clock.ts";
import type { Write } from "../../storage/database.ts";
import type { NewJob } from "../../storage/jobs.ts";
import type { Access } from "../access/access.ts";
import { SETTLED } from "../attribute-kinds/formula.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { isSearched } from "../attribute-kinds/registry.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";

/** Whether so many records are gone through by a job instead of in the request. */
export function isForJob({ work }: TenantContext, { recordCount }: EntityType): boolean {
  return recordCount > work.recordsAtOnce;
}

/** A job that gives all records of a type the results of its formulas. */
export function computeJob(
  ctx: TenantContext,
  access: Access,
  entityTypeId: string,
  attributeId: string | null,
  input = { forget: [] as number[], rebuildsSearch: false },
): NewJob {
  return {
    id: ctx.newId(),
    kind: "compute_formulas",
    entityTypeId,
    attributeId,
    input,
    createdBy: access.member.id,
    createdAt: timestamp(ctx.clock),
  };
}

/** A new formula until the job has been through all records. */
export function inTheMaking<A extends Pick<Attribute, "indexed">>(attribute: A, jobId: string): A {
  return {
    ...attribute,
    indexed: false,
    ...(attribute.indexed && { building: { index: true, unique: false } }),
    jobId,
  };
}

/**
 * What is written where the results of changed formulas are a job's to make. Those whose results become of another kind
 * get new numbers, so that nobody takes the old results for new ones; they are blank until the job comes by.
 * @param changed the formulas as they are to be.
 * @returns those, as they are stored until the job is done.
 */
export async function recomputeLater(
  ctx: TenantContext,
  access: Access,
  before: EntityType,
  edited: string,
  changed: readonly Attribute[],
): Promise<{ attributes: readonly Attribute[]; writes: Write[] }> {
  const { storage } = ctx;
  const old = new Map(before.attributes.map((attribute) => [attribute.id, attribute]));
  const [last] = await storage.read([storage.attributes.lastNumber()]);
  const others = changed.flatMap((attribute) => {
    const was = old.get(attribute.id);
    return was && !isSameKind(was, attribute) ? [was] : [];
  });
  const forget = others.map(({ number }) => number);
  const job = computeJob(ctx, access, before.id, edited, { forget, rebuildsSearch: others.some(isSearched) });
  const attributes = changed.map((attribute) => {
    const place = others.findIndex(({ id }) => id === attribute.id);
    return place < 0
      ? { ...attribute, jobId: job.id }
      : { ...inTheMaking(attribute, job.id), number: last + 1 + place };
  });
  return {
    attributes,
    writes: [
      storage.attributes.requireLastNumber(last),
      ...storage.attributes.renumber(attributes.filter(({ id }) => others.some((other) => other.id === id))),
      ...attributes.map((attribute) => storage.attributes.update(attribute)),
      ...storage.recordUpkeep.dropAllKeys(forget),
      storage.jobs.insert(job),
    ],
  };
}

function isSameKind(a: Attribute, b: Attribute): boolean {
  return SETTLED.every((name) => a.settings[name] === b.settings[name]);
}
