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
    const { access, loaded } = await enter(
      ctx,
      storage.aliases.list(attribute === "" ? "tables" : "columns"),
    );
    const [aliases] = loaded;
    authorize(access, "aliases", "manage");
    if (!aliases.some((alias) => alias.table === table && alias.attribute === attribute)) {
      throw notFound("alias");
    }
    return commit(ctx, access, { writes: [storage.aliases.delete(table, attribute)], result: null });
  },
);
