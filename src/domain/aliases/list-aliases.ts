import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { maySee } from "../entity-types/entity-type.ts";
import { authorizeAnySight } from "../entity-types/reach-type.ts";

/** The tenant's own names of columns, by table and attribute. @throws AppError `forbidden`. */
export async function listAliases(ctx: TenantContext): Promise<Record<string, Record<string, string>>> {
  const { storage } = ctx;
  const { access, loaded } = await enter(ctx, storage.aliases.list("columns"), storage.entityTypes.names());
  const [aliases, types] = loaded;
  authorizeAnySight(access, types);
  const visible = types.filter((type) => maySee(access, type)).map(({ name }) => name);
  const byTable = Map.groupBy(aliases, ({ table }) => table);
  return Object.fromEntries(
    [...byTable]
      .filter(([table]) => visible.includes(table))
      .map(([table, ofTable]) => [
        table,
        Object.fromEntries(ofTable.map(({ attribute, displayName }) => [attribute, displayName])),
      ]),
  );
}
