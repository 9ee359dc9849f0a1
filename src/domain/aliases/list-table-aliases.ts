import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { maySee } from "../entity-types/entity-type.ts";
import { authorizeAnySight } from "../entity-types/reach-type.ts";

/** The tenant's own names of tables. @throws AppError `forbidden`. */
export async function listTableAliases(ctx: TenantContext): Promise<Record<string, string>> {
  const { storage } = ctx;
  const { access, loaded } = await enter(ctx, storage.aliases.list("tables"), storage.entityTypes.names());
  const [aliases, types] = loaded;
  authorizeAnySight(access, types);
  const visible = types.filter((type) => maySee(access, type)).map(({ name }) => name);
  return Object.fromEntries(
    aliases
      .filter(({ table }) => visible.includes(table))
      .map(({ table, displayName }) => [table, displayName]),
  );
}
