import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { managedType } from "./reach-type.ts";

/**
 * Deletes an entity type with its attributes, records and aliases, the relations that lead to it, and what roles grant
 * on it, for good. A later type of the same name is another one.
 * @throws AppError `not_found`, `forbidden`.
 */
export const deleteEntityType = writeVerb(
  "delete_entity_type",
  async (ctx, { id }: { id: string }): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.entityTypes.find(id));
    const entityType = managedType(access, loaded[0]);
    return commit(ctx, access, {
      entityType,
      writes: [
        ...storage.recordLinks.deleteLeadingTo(entityType.id),
        ...storage.entityTypes.delete(entityType),
        storage.aliases.deleteTable(entityType.name),
        storage.roles.dropSubject(entityType.id),
        storage.tenants.raiseRightsVersion(),
      ],
      result: null,
    });
  },
);
