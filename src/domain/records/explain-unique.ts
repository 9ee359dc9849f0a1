import { AppError, CommitRefused, type Issue } from "../../errors.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { type KeyedValue, numbersOf } from "./derive.ts";

/**
 * Commits, and when a unique value was taken, asks which: the extra trip is paid only by those who fail.
 * @throws AppError `not_unique` naming the attributes.
 */
export async function explainUnique<Result>(
  ctx: TenantContext,
  entityType: EntityType,
  added: readonly KeyedValue[],
  committing: Promise<Result>,
): Promise<Result> {
  try {
    return await committing;
  } catch (error) {
    if (!(error instanceof CommitRefused) || error.table !== "record_unique") throw error;
    const [taken] = await ctx.storage.read([ctx.storage.records.takenKeys(added)]);
    throw new AppError("not_unique", { issues: takenIssues(entityType, taken) });
  }
}

/** Which attributes the taken keys belong to, as issues at `path`. */
export function takenIssues(
  entityType: EntityType,
  taken: readonly KeyedValue[],
  path: (name: string) => string = (name) => name,
): Issue[] {
  return entityType.attributes
    .filter((own) => taken.some(({ attribute }) => numbersOf(own).includes(attribute)))
    .map(({ name }) => ({ path: path(name), code: "not_unique" }));
}
