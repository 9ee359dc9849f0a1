import { invalidInput } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { findAttribute } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";

export type WireAlias = { table_name: string; attribute_name: string; display_name: string };

/**
 * Gives a column a name of the tenant's own, in place of any it had.
 * @throws AppError `forbidden`, `invalid_input` (unknown table or attribute).
 */
export const setAlias = writeVerb("set_alias", async (ctx, input: WireAlias): Promise<WireAlias> => {
  const { storage } = ctx;
  const { table_name: table, attribute_name: attribute, display_name: displayName } = input;
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.find(table),
    storage.aliases.find(table, attribute),
  );
  const [entityType, existing] = loaded;
  authorize(access, "aliases", "manage");
  if (entityType?.name !== table) {
    throw invalidInput({ path: "table_name", code: "unknown_entity_type", params: { value: table } });
  }
  if (!findAttribute(entityType, attribute)) {
    throw invalidInput({ path: "attribute_name", code: "unknown_attribute", params: { value: attribute } });
  }
  return commit(ctx, access, {
    entityType,
    writes: [storage.aliases.set({ table, attribute, displayName })],
    audit: {
      action: "alias.set",
      id: `${table}.${attribute}`,
      label: `${table}.${attribute}`,
      ...(existing && { before: { display_name: existing.displayName } }),
      after: { display_name: displayName },
    },
    result: input,
  });
});
