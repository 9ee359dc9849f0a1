import { timestamp } from "../../lib/clock.ts";
import { callerOf } from "../caller.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { pickDisplayAttribute } from "./display-attribute.ts";
import { managedType } from "./reach-type.ts";
import { typeFacts } from "./type-facts.ts";
import { checkTypeName } from "./type-name.ts";
import { type WireEntityType, wireEntityType } from "./wire-entity-type.ts";

export interface EntityTypeChange {
  readonly name?: string;
  readonly displayName?: string;
  /** Name or id; null for none. */
  readonly displayAttribute?: string | null;
}

/**
 * Changes what the input names. A new name keeps every grant and takes the type's aliases along; another display
 * attribute makes the titles of all records anew, in a job where they are many.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `name_taken`.
 */
export const updateEntityType = writeVerb(
  "update_entity_type",
  async (ctx, { id, ...input }: EntityTypeChange & { readonly id: string }): Promise<WireEntityType> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(id),
      storage.entityTypes.names(),
      storage.attributeOrders.find(callerOf(ctx), id),
    );
    const [found, types, order] = loaded;
    const before = managedType(access, found);

    const { name = before.name, displayName = before.displayName, displayAttribute } = input;
    if (name !== before.name) checkTypeName(name, types, before.id);
    const title =
      displayAttribute === undefined
        ? before.attributes.find((attribute) => attribute.id === before.displayAttributeId)
        : displayAttribute === null
          ? undefined
          : pickDisplayAttribute(displayAttribute, before.attributes);
    const displayAttributeId = title?.id ?? null;

    const isRetitled = displayAttributeId !== before.displayAttributeId;
    const job =
      isRetitled && before.recordCount > ctx.work.recordsAtOnce
        ? {
            id: ctx.newId(),
            kind: "title_records",
            entityTypeId: before.id,
            attributeId: displayAttributeId,
            input: null,
            createdBy: access.member.id,
            createdAt: timestamp(ctx.clock),
          }
        : undefined;
    const change = { name, displayName, displayAttributeId, updatedAt: timestamp(ctx.clock) };
    const after = wireEntityType(access, { ...before, ...change }, order);
    const result = await commit(ctx, access, {
      entityType: before,
      writes: [
        storage.entityTypes.update(before.id, change),
        ...(name === before.name ? [] : [storage.aliases.renameTable(before.name, name)]),
        ...(job ? [storage.jobs.insert(job)] : []),
        ...(isRetitled && !job ? [storage.recordUpkeep.setTitles(before.number, title ?? null)] : []),
      ],
      audit: {
        action: "entity_type.update",
        id: before.id,
        label: name,
        before: typeFacts(wireEntityType(access, before, order)),
        after: typeFacts(after),
      },
      result: after,
      taken: { entity_types: "name_taken" },
    });
    if (job) ctx.gateways.nudgeJob(job.id);
    return result;
  },
);
