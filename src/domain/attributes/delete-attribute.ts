import { AppError } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import type { Write } from "../../storage/database.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { isSearched } from "../attribute-kinds/registry.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { managedType } from "../entity-types/reach-type.ts";
import { directlyUsedBy } from "../formulas/compile-formulas.ts";
import { CANCELLED } from "../jobs/job.ts";
import { numbersOf } from "../records/derive.ts";
import { writeVerb } from "../write-verb.ts";
import { type AttributeAddress, requireAttribute } from "./require-attribute.ts";
import { wireAttribute } from "./wire-attribute.ts";

/**
 * Deletes an attribute, its index rows, its part of the search, aliases and private list. Its values stay in the
 * records under a key that is never used again, so its name is free at once and they never come back; where the
 * records are many, a job goes through them. Where it titled the records, they lose their titles, and the type has no
 * display attribute until another is chosen.
 * @throws AppError `not_found`, `forbidden`, `in_use` where a formula uses it.
 */
export const deleteAttribute = writeVerb(
  "delete_attribute",
  async (ctx, { entity, attribute: nameOrId }: AttributeAddress): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.entityTypes.find(entity));
    const entityType = managedType(access, loaded[0]);
    const attribute = requireAttribute(entityType, nameOrId);
    refuseUsed(attribute, entityType);
    const now = timestamp(ctx.clock);
    const isTitle = attribute.id === entityType.displayAttributeId;
    const job =
      entityType.recordCount > ctx.work.recordsAtOnce
        ? {
            id: ctx.newId(),
            kind: "forget_attribute",
            entityTypeId: entityType.id,
            attributeId: attribute.id,
            input: { attributes: numbersOf(attribute) },
            createdBy: access.member.id,
            createdAt: now,
          }
        : undefined;
    const result = await commit(ctx, access, {
      entityType,
      writes: [
        // A job on formulas has others to calculate, too.
        ...(attribute.jobId === undefined || attribute.valueType === "formula"
          ? []
          : [storage.jobs.cancel(attribute.jobId, attribute.id, [CANCELLED], now)]),
        ...(job ? [storage.jobs.insert(job)] : forgetAtOnce(ctx, entityType, attribute)),
        storage.attributes.delete(attribute.id),
        ...(attribute.link ? storage.recordLinks.deleteOtherSide(attribute.id) : []),
        ...privateLists(attribute).flatMap((list) => storage.selectLists.deletePrivate(list)),
        storage.aliases.delete(entityType.name, attribute.name),
        isTitle
          ? storage.entityTypes.update(entityType.id, {
              ...entityType,
              displayAttributeId: null,
              updatedAt: now,
            })
          : storage.entityTypes.raiseSchemaVersion(entityType.id),
      ],
      audit: {
        action: "attribute.delete",
        id: attribute.id,
        label: `${entityType.name}.${attribute.name}`,
        before: wireAttribute(access, attribute, entityType.attributes),
      },
      result: null,
    });
    if (job) ctx.gateways.nudgeJob(job.id);
    return result;
  },
);

/** What a formula is made of cannot go before the formula does. */
function refuseUsed({ id }: Attribute, { attributes }: EntityType): void {
  const users = attributes.filter((other) => directlyUsedBy(other).has(id)).map(({ name }) => name);
  if (users.length > 0) throw new AppError("in_use", { params: { what: users.join(", ") } });
}

function privateLists(attribute: Attribute): string[] {
  return [attribute, attribute.successor].flatMap((each) =>
    each && each.selectListId !== null && each.settings.select_list_id === undefined
      ? [each.selectListId]
      : [],
  );
}

function forgetAtOnce({ storage }: TenantContext, entityType: EntityType, attribute: Attribute): Write[] {
  const { recordUpkeep } = storage;
  const others = entityType.attributes.filter((other) => other !== attribute && isSearched(other));
  return [
    ...recordUpkeep.dropAllKeys(numbersOf(attribute)),
    ...(isSearched(attribute) || attribute.successor || attribute.formerNumber !== undefined
      ? recordUpkeep.rebuildSearch(
          entityType.number,
          others.map(({ number }) => number),
        )
      : []),
    ...(attribute.id === entityType.displayAttributeId
      ? [recordUpkeep.setTitles(entityType.number, null)]
      : []),
  ];
}
