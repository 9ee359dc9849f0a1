import { AppError } from "../../errors.ts";
import type { Write } from "../../storage/database.ts";
import type { RecordKey, RecordValue } from "../../storage/record-upkeep.ts";
import type { Attribute, IndexKey } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { atMost } from "../entity-types/limits.ts";
import { indexKey, uniqueKey } from "../records/derive.ts";

const PAGE = 5_000;
/** How many of the values that stand in the way of uniqueness a problem names. */
const MOST_DUPLICATES = 10;

/**
 * The writes that give an attribute, to the records that are there already, the index or the uniqueness that it is to
 * have from now on; where the records are many, a job does it instead. Keys are made here and not in SQL, for only the kinds know how. If a record comes, goes or
 * changes before the commit, the batch is refused and the verb decides anew.
 * @throws AppError `too_many` (records), `not_unique` with the values that occur more than once.
 */
export async function backfill(
  ctx: TenantContext,
  entityType: EntityType,
  attribute: Attribute,
  wanted: { readonly index: boolean; readonly unique: boolean },
): Promise<Write[]> {
  const { recordUpkeep } = ctx.storage;
  const values = await readValues(ctx, entityType, attribute);
  const writes = [recordUpkeep.requireAll(entityType.number, values)];
  if (wanted.index) {
    const keys = values.map(({ record, value }) => ({ record, key: indexKey(attribute, value) }));
    writes.push(...recordUpkeep.addIndexRows(attribute.number, keys));
  }
  if (wanted.unique)
    writes.push(...recordUpkeep.addUniqueRows(attribute.number, uniqueKeys(attribute, values)));
  return writes;
}

async function readValues(
  ctx: TenantContext,
  { number }: EntityType,
  attribute: Attribute,
): Promise<RecordValue[]> {
  const { storage } = ctx;
  const values: RecordValue[] = [];
  for (;;) {
    const last = values.at(-1)?.record ?? 0;
    const [page] = await storage.read([storage.recordUpkeep.values(number, attribute.number, last, PAGE)]);
    values.push(...page);
    atMost(ctx.work.recordsAtOnce, values.length, "records_at_once");
    if (page.length < PAGE) return values;
  }
}

function uniqueKeys(attribute: Attribute, values: readonly RecordValue[]): RecordKey[] {
  const seen = new Set<IndexKey>();
  const twice = new Map<IndexKey, string>();
  const keys = values.flatMap(({ record, value }): RecordKey[] => {
    if (value === undefined) return [];
    const key = uniqueKey(attribute, value);
    if (seen.has(key)) twice.set(key, sampleOf(value));
    seen.add(key);
    return [{ record, key }];
  });
  if (twice.size > 0) {
    const issues = [...twice.values()]
      .slice(0, MOST_DUPLICATES)
      .map((value) => ({ path: "unique", code: "value_occurs_twice", params: { value } }));
    throw new AppError("not_unique", { issues });
  }
  return keys;
}
