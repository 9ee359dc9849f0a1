import type { Write } from "../../storage/database.ts";
import type { ListUser } from "../../storage/select-lists.ts";
import type { Access } from "../access/access.ts";
import type { SelectOption } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { directlyUsedBy } from "../formulas/compile-formulas.ts";
import { recompute } from "../formulas/recompute.ts";
import { computeJob, isForJob } from "../formulas/recompute-later.ts";
import { when } from "../records/when.ts";

/**
 * The writes that renew the results of formulas in which a list's options stand as texts; they come before what raises
 * the schema versions. The batch is refused if one of those types changes before the commit. Where records are many,
 * jobs do it, which are to be nudged after the commit.
 */
export async function recomputeUsers(
  ctx: TenantContext,
  access: Access,
  listId: string,
  users: readonly ListUser[],
  options: readonly SelectOption[],
): Promise<{ writes: Write[]; jobIds: string[] }> {
  const { storage } = ctx;
  if (users.length === 0) return { writes: [], jobIds: [] };
  const ids = [...new Set(users.map(({ entityTypeId }) => entityTypeId))];
  const types = await storage.read(ids.map((id) => storage.entityTypes.find(id)));
  const writes: Write[] = [];
  const jobIds: string[] = [];
  for (const before of types) {
    if (!before || !showsList(before, listId)) continue;
    if (isForJob(ctx, before)) {
      const job = computeJob(ctx, access, before.id, null);
      writes.push(storage.jobs.insert(job));
      jobIds.push(job.id);
      continue;
    }
    const attributes = before.attributes.map((attribute) =>
      attribute.selectListId === listId ? { ...attribute, options } : attribute,
    );
    writes.push(
      storage.guard({ entityType: before }),
      ...(await recompute(ctx, before, { ...before, attributes }, when(ctx, access))),
    );
  }
  return { writes, jobIds };
}

/** Whether a formula of the type uses an attribute that has the list. */
function showsList({ attributes }: EntityType, listId: string): boolean {
  const shown = attributes.filter(({ selectListId }) => selectListId === listId).map(({ id }) => id);
  return attributes.some((attribute) => shown.some((id) => directlyUsedBy(attribute).has(id)));
}
