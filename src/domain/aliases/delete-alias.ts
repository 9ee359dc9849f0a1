import { notFound } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";

/**
 * Takes a column's own name away.
 * @param attribute empty for the table's. @throws AppError `forbidden`, `not_found`.
 */
export const deleteAlias = writeVerb(
  "delete_alias",
  async (
    ctx,
    { table, attribute }: { readonly table: string; readonly attribute: string },
  ): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.aliases.find(table, attribute));
    const [existing] = loaded;
    authorize(access, "aliases", "manage");
    if (!existing) throw notFound("alias");
    const name = attribute === "" ? table : `${table}.${attribute}`;
    return commit(ctx, access, {
      writes: [storage.aliases.delete(table, attribute)],
      audit: {
        action: "alias.delete",
        id: name,
        label: name,
        before: { display_name: existing.displayName },
      },
      result: null,
    });
  },
);
