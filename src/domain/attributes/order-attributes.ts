import { type Issue, invalidInput } from "../../errors.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { visibleType } from "../entity-types/reach-type.ts";
import { writeVerb } from "../write-verb.ts";

/**
 * Sets the order in which the caller, and nobody else, is shown a type's attributes. Those that are not named
 * follow in the type's own order; an empty list goes back to it.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`.
 */
export const orderAttributes = writeVerb(
  "order_attributes",
  async (
    ctx,
    { entity, attributeIds }: { readonly entity: string; readonly attributeIds: readonly string[] },
  ): Promise<{ status: "ok"; ordered_ids: string[] }> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.entityTypes.find(entity));
    const entityType = visibleType(access, loaded[0]);
    const issues = attributeIds.flatMap((id, i): Issue[] => {
      const path = `attribute_ids[${i}]`;
      if (attributeIds.indexOf(id) < i) return [{ path, code: "already_taken", params: { value: id } }];
      const exists = entityType.attributes.some((attribute) => attribute.id === id);
      return exists ? [] : [{ path, code: "unknown_attribute", params: { value: id } }];
    });
    if (issues.length > 0) throw invalidInput(...issues);
    return commit(ctx, access, {
      entityType,
      writes: [storage.attributeOrders.set(access.member.id, entityType.id, attributeIds)],
      result: { status: "ok", ordered_ids: [...attributeIds] },
    });
  },
);
