import { invalidInput } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";

export type WireTableAlias = { table_name: string; display_name: string };

/**
 * Gives a table a name of the tenant's own, in place of any it had.
 * @throws AppError `forbidden`, `invalid_input` (unknown table).
 */
export const setTableAlias = writeVerb(
  "set_table_alias",
  async (ctx, input: WireTableAlias): Promise<WireTableAlias> => {
    const { storage } = ctx;
    const { table_name: table, display_name: displayName } = input;
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(table),
      storage.aliases.find(table, ""),
    );
    const [entityType, existing] = loaded;
    authorize(access, "aliases", "manage");
    if (entityType?.name !== table) {
      throw invalidInput({ path: "table_name", code: "unknown_entity_type", params: { value: table } });
    }
    return commit(ctx, access, {
      entityType,
      writes: [storage.aliases.set({ table, attribute: "", displayName })],
      audit: {
        action: "alias.set",
        id: table,
        label: table,
        ...(existing && { before: { display_name: existing.displayName } }),
        after: { display_name: displayName },
      },
      result: input,
    });
  },
);
