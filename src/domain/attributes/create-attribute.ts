import { AppError } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import type { NewAttribute } from "../../storage/attributes.ts";
import type { Write } from "../../storage/database.ts";
import type { Access } from "../access/access.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { attributeKind } from "../attribute-kinds/registry.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { defaultDisplayAttribute } from "../entity-types/display-attribute.ts";
import { type EntityType, findAttribute } from "../entity-types/entity-type.ts";
import { atMost, MOST_ATTRIBUTES } from "../entity-types/limits.ts";
import { managedType } from "../entity-types/reach-type.ts";
import { recompute } from "../formulas/recompute.ts";
import { computeJob, inTheMaking, isForJob } from "../formulas/recompute-later.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { BLANK_KEY } from "../records/derive.ts";
import { when } from "../records/when.ts";
import { writeVerb } from "../write-verb.ts";
import type { AttributeDefinition } from "./define-attribute.ts";
import { defineAttributes, definitionReads, definitionWrites } from "./define-attributes.ts";
import { type WireAttribute, wireAttribute } from "./wire-attribute.ts";

/**
 * Adds an attribute to an entity type. Records that are there have no value of it: a default is for new ones; only
 * running numbers are given to them, too, by a job, whose first steps are done at once, and results of formulas, where
 * the records are many also by a job. The first string of a type that has nothing to title its records becomes their
 * title.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `name_taken`, `too_many`.
 */
export async function createAttribute(ctx: TenantContext, input: NewAttributeInput): Promise<WireAttribute> {
  const { job_id: jobId, ...attribute } = await add(ctx, input);
  const job = jobId === undefined ? undefined : await beginJob(ctx, jobId);
  if (job?.status === "done") {
    const { definition } = input;
    return isFormula(definition)
      ? { ...attribute, indexed: definition.indexed ?? false }
      : { ...attribute, indexed: true, unique: true };
  }
  return { ...attribute, ...(jobId !== undefined && { job_id: jobId }) };
}

interface NewAttributeInput {
  readonly entity: string;
  readonly definition: AttributeDefinition;
}

const add = writeVerb(
  "create_attribute",
  async (ctx, { entity, definition }: NewAttributeInput): Promise<WireAttribute> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(entity),
      isNumbered(definition) ? storage.autonumbers.hasRecords(entity) : storage.nothing,
      isFormula(definition) ? storage.attributes.lastNumber() : storage.nothing,
      ...definitionReads(storage, [definition]),
    );
    const [found, hasRecords, lastNumber, ...known] = loaded;
    const entityType = managedType(access, found);
    if (findAttribute(entityType, definition.name)) {
      throw new AppError("name_taken", { params: { value: definition.name } });
    }
    atMost(MOST_ATTRIBUTES, entityType.attributes.length + 1, "attributes");

    const now = timestamp(ctx.clock);
    const defined = defineAttributes(ctx, access, [definition], {
      entityType,
      known,
      createdAt: now,
      pathOf: () => "",
    });
    const [whole, ...otherSides] = defined;
    if (!whole) throw new Error("one definition defines one attribute");
    const job = hasRecords
      ? {
          id: ctx.newId(),
          kind: "number_records",
          entityTypeId: entityType.id,
          attributeId: whole.attribute.id,
          input: { before: whole.attribute.lastNumber ?? 0 },
          createdBy: access.member.id,
          createdAt: now,
        }
      : undefined;
    const computing =
      isFormula(definition) &&
      whole.attribute.settings.computed_on_read === false &&
      isForJob(ctx, entityType)
        ? computeJob(ctx, access, entityType.id, whole.attribute.id)
        : undefined;
    const attribute = job
      ? numbering(whole.attribute, job.id)
      : computing
        ? inTheMaking(whole.attribute, computing.id)
        : whole.attribute;
    const result = wireAttribute(access, attribute, [...entityType.attributes, attribute]);
    return commit(ctx, access, {
      entityType,
      writes: [
        ...(lastNumber === undefined ? [] : [storage.attributes.requireLastNumber(lastNumber)]),
        ...definitionWrites(storage, [{ ...whole, attribute }, ...otherSides]),
        // Even where there is no record yet: one may come before this is committed.
        ...(computing
          ? [storage.jobs.insert(computing)]
          : lastNumber !== undefined
            ? await computeNew(ctx, access, entityType, { ...attribute, number: lastNumber + 1 })
            : job
              ? [storage.autonumbers.setAside(attribute.id), storage.jobs.insert(job)]
              : isNumbered(definition)
                ? [storage.autonumbers.requireNoRecords(entityType.id)]
                : attribute.indexed
                  ? [storage.recordUpkeep.addBlankRows(attribute.id, BLANK_KEY)]
                  : []),
        isUntitled(entityType)
          ? storage.entityTypes.update(entityType.id, {
              ...entityType,
              displayAttributeId: defaultDisplayAttribute([attribute])?.id ?? null,
              updatedAt: now,
            })
          : storage.entityTypes.raiseSchemaVersion(entityType.id),
      ],
      audit: {
        action: "attribute.create",
        id: attribute.id,
        label: `${entityType.name}.${attribute.name}`,
        after: result,
      },
      result,
    });
  },
);

/** Its rows are whole once the job has given every record its number. */
function numbering<A extends NewAttribute>(attribute: A, jobId: string): A {
  return { ...attribute, unique: false, indexed: false, building: { index: true, unique: true }, jobId };
}

function isFormula({ valueType }: AttributeDefinition): boolean {
  return valueType === "formula";
}

/** A formula has results in the records that are there already. */
function computeNew(
  ctx: TenantContext,
  access: Access,
  before: EntityType,
  formula: Attribute,
): Promise<Write[]> {
  const after = { ...before, attributes: [...before.attributes, formula] };
  return recompute(ctx, before, after, when(ctx, access));
}

function isNumbered({ valueType }: AttributeDefinition): boolean {
  return attributeKind(valueType)?.isAssigned ?? false;
}

/** Nothing titles the records, and nothing could have been chosen to. */
function isUntitled({ displayAttributeId, attributes }: EntityType): boolean {
  return displayAttributeId === null && defaultDisplayAttribute(attributes) === undefined;
}
