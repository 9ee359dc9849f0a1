import { AppError } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import type { Access } from "../access/access.ts";
import type { Attribute, Json } from "../attribute-kinds/kind.ts";
import { MOST_OPTIONS } from "../attribute-kinds/select-settings.ts";
import { type AttributeAddress, requireAttribute } from "../attributes/require-attribute.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { managedType } from "../entity-types/reach-type.ts";
import { directlyUsedBy } from "../formulas/compile-formulas.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { getJob } from "../jobs/get-job.ts";
import type { WireJob } from "../jobs/wire-job.ts";
import { writeVerb } from "../write-verb.ts";
import {
  type Conversion,
  makesOptions,
  type PlannedConversion,
  planConversion,
  requireConvertible,
} from "./plan-conversion.ts";
import { type ConversionTrial, namesIn, tryConversion } from "./try-conversion.ts";

export interface ConversionRequest extends AttributeAddress, Conversion {}

/**
 * Says what a conversion would come to: how many of the values convert, and which of them do not. Goes through the
 * newest records, as many as one request may; writes nothing.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `invalid_state`, `in_use` (by a formula), `too_many`
 *   (options).
 */
export async function tryAttributeConversion(
  ctx: TenantContext,
  request: ConversionRequest,
): Promise<ConversionTrial> {
  const { access, entityType, attribute, plan } = await prepare(ctx, request);
  return tryConversion(
    ctx,
    entityType,
    { from: attribute, to: plan.successor },
    access.tenant.defaultCountry,
  );
}

/**
 * Converts an attribute to another kind. Until the job is done, readers see the old values and writers write them,
 * and what they become beside; the job's last commit but for tidying up shows the new ones. Values that do not convert
 * become blank. The first steps are done at once.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `invalid_state`, `too_many` (options).
 */
export async function convertAttribute(ctx: TenantContext, request: ConversionRequest): Promise<WireJob> {
  const { job_id: id } = await begin(ctx, request);
  await beginJob(ctx, id);
  return getJob({ ...ctx, idempotencyKey: undefined }, { id });
}

const begin = writeVerb(
  "convert_attribute",
  async (ctx, request: ConversionRequest): Promise<{ job_id: string }> => {
    const { storage } = ctx;
    const { access, entityType, attribute, plan } = await prepare(ctx, request);
    const { successor, ownList, sharedList } = plan;
    const createdAt = timestamp(ctx.clock);
    const job = {
      id: ctx.newId(),
      kind: "convert_values",
      entityTypeId: entityType.id,
      attributeId: attribute.id,
      input: { from: attribute.number, private_list: privateList(attribute, successor) },
      rounds: 2,
      createdBy: access.member.id,
      createdAt,
    };
    return commit(ctx, access, {
      entityType,
      writes: [
        ...(sharedList ? [storage.selectLists.requireUnchanged(sharedList)] : []),
        ...(ownList
          ? storage.selectLists.insert({ ...ownList, name: null, nameFolded: null, createdAt })
          : []),
        ...storage.attributes.beginConversion(attribute.id, job.id, successor),
        storage.jobs.insert(job),
        storage.entityTypes.raiseSchemaVersion(entityType.id),
      ],
      audit: {
        action: "attribute.convert",
        id: attribute.id,
        label: `${entityType.name}.${attribute.name}`,
        before: { value_type: attribute.valueType },
        after: { value_type: successor.valueType },
      },
      result: { job_id: job.id },
    });
  },
);

/** The list that nobody has any more afterwards. */
function privateList({ selectListId, settings }: Attribute, successor: Attribute): string | null {
  const isPrivate = selectListId !== null && settings.select_list_id === undefined;
  return isPrivate && successor.selectListId !== selectListId ? selectListId : null;
}

interface Prepared {
  readonly access: Access;
  readonly entityType: EntityType;
  readonly attribute: Attribute;
  readonly plan: PlannedConversion;
}

async function prepare(ctx: TenantContext, request: ConversionRequest): Promise<Prepared> {
  const { storage } = ctx;
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.find(request.entity),
    storage.selectLists.list(),
  );
  const [found, lists] = loaded;
  const entityType = managedType(access, found);
  const attribute = requireAttribute(entityType, request.attribute);
  if (attribute.jobId !== undefined) {
    throw new AppError("invalid_state", { params: { reason: "job_running" } });
  }
  requireConvertible(attribute, request);
  const users = entityType.attributes.filter((other) => directlyUsedBy(other).has(attribute.id));
  if (users.length > 0) {
    throw new AppError("in_use", { params: { what: users.map(({ name }) => name).join(", ") } });
  }
  const values = makesOptions(attribute, request) ? await differentValues(ctx, entityType, attribute) : [];
  const [members] = await storage.read([namesIn(ctx, [...values, attribute.default])]);
  const context = { defaultCountry: access.tenant.defaultCountry, members };
  const plan = planConversion(access, attribute, request, { lists, values, context, newId: ctx.newId });
  return { access, entityType, attribute, plan };
}

/** Twice as many as there can be options: some may be the same but for their letters. */
async function differentValues(
  { storage }: TenantContext,
  { number }: EntityType,
  attribute: Attribute,
): Promise<Json[]> {
  const read = storage.recordUpkeep.distinctValues(number, attribute.number, 2 * MOST_OPTIONS + 1);
  return (await storage.read([read]))[0];
}
