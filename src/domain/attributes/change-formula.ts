import type { Write } from "../../storage/database.ts";
import type { Access } from "../access/access.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { atMost, MOST_INDEXED } from "../entity-types/limits.ts";
import { recompute } from "../formulas/recompute.ts";
import { isForJob, recomputeLater } from "../formulas/recompute-later.ts";
import { settleFormulas } from "../formulas/settle-formulas.ts";
import { keepsIndex } from "../records/derive.ts";
import { when } from "../records/when.ts";

interface FormulaChange {
  /** The attribute with all that follows from its text. */
  readonly after: Attribute;
  /** Undefined where no result changes; otherwise the records' index rows are among them. */
  readonly writes: readonly Write[] | undefined;
}

/**
 * Checks a changed attribute's formula, and those that use it: what they are may change with it, and the results in
 * all records do, within the request while they are few, else by a job.
 * @throws AppError `invalid_input`, `too_many` (indexed).
 */
export async function changeFormula(
  ctx: TenantContext,
  access: Access,
  entityType: EntityType,
  before: Attribute,
  changed: Attribute,
): Promise<FormulaChange> {
  const { id, settings } = before;
  const all = entityType.attributes.map((attribute) => (attribute.id === id ? changed : attribute));
  const settled = settleFormulas(all, [{ id, path: "", before: settings }]);
  const attributes = all.map((attribute) => ({
    ...attribute,
    settings: settled.get(attribute.id) ?? attribute.settings,
  }));
  const after = attributes.find((attribute) => attribute.id === id) ?? changed;
  const others = attributes.filter(
    (attribute, i) => attribute.id !== id && !isSame(attribute, entityType.attributes[i]),
  );
  if (others.length === 0 && isSame(before, after)) return { after, writes: undefined };
  atMost(MOST_INDEXED, attributes.filter(keepsIndex).length, "indexed_attributes");
  if (!isForJob(ctx, entityType)) {
    const writes = [
      ...others.map((attribute) => ctx.storage.attributes.update(attribute)),
      ...(await recompute(ctx, entityType, { ...entityType, attributes }, when(ctx, access))),
    ];
    return { after, writes };
  }
  const later = await recomputeLater(ctx, access, entityType, id, [after, ...others]);
  return { after: later.attributes[0] ?? after, writes: later.writes };
}

function isSame(a: Attribute, b: Attribute | undefined): boolean {
  const text = (attribute: Attribute | undefined) =>
    JSON.stringify(Object.entries(attribute?.settings ?? {}).sort());
  return text(a) === text(b);
}
