import { timestamp } from "../../lib/clock.ts";
import { isSearched } from "../attribute-kinds/registry.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { managedType } from "../entity-types/reach-type.ts";
import { writeVerb } from "../write-verb.ts";
import { type AttributeAddress, requireAttribute } from "./require-attribute.ts";

/**
 * Deletes an attribute, its index rows, its part of the search, aliases and private list. Its values stay in the records under a key that is
 * never used again, so its name is free at once and they never come back. Where it titled the records, they lose
 * their titles, and the type has no display attribute until another is chosen.
 * @throws AppError `not_found`, `forbidden`.
 */
export const deleteAttribute = writeVerb(
  "delete_attribute",
  async (ctx, { entity, attribute: nameOrId }: AttributeAddress): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.entityTypes.find(entity));
    const entityType = managedType(access, loaded[0]);
    const attribute = requireAttribute(entityType, nameOrId);
    const { selectListId, settings } = attribute;
    const privateList = settings.select_list_id === undefined ? selectListId : null;
    return commit(ctx, access, {
      entityType,
      writes: [
        ...storage.attributes.delete(attribute),
        ...(attribute.link ? storage.recordLinks.deleteOtherSide(attribute.id) : []),
        ...(isSearched(attribute)
          ? storage.recordUpkeep.rebuildSearch(
              entityType.number,
              entityType.attributes
                .filter((other) => other !== attribute && isSearched(other))
                .map(({ number }) => number),
            )
          : []),
        ...(privateList === null ? [] : storage.selectLists.deletePrivate(privateList)),
        storage.aliases.delete(entityType.name, attribute.name),
        ...(attribute.id === entityType.displayAttributeId
          ? [
              storage.entityTypes.update(entityType.id, {
                ...entityType,
                displayAttributeId: null,
                updatedAt: timestamp(ctx.clock),
              }),
              storage.recordUpkeep.setTitles(entityType.number, null),
            ]
          : [storage.entityTypes.raiseSchemaVersion(entityType.id)]),
      ],
      result: null,
    });
  },
);
