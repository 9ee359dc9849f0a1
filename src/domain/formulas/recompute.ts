import type { Write } from "../../storage/database.ts";
import type { RecordUpdate } from "../../storage/records.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { atMost } from "../entity-types/limits.ts";
import { derive, difference } from "../records/derive.ts";
import type { StoredRecord } from "../records/stored-record.ts";
import { type When, withStoredResults } from "./calculate.ts";

const PAGE = 2_000;

/**
 * The writes that give all records of a type the results that its formulas have from now on, and the rows beside them
 * that follow. If a record comes, goes or changes before the commit, the batch is refused and the verb decides anew.
 * @param after the type as it is to be, numbers of its attributes included.
 * @throws AppError `too_many` (records).
 */
export async function recompute(
  ctx: TenantContext,
  before: EntityType,
  after: EntityType,
  when: When,
): Promise<Write[]> {
  const { recordUpkeep, records } = ctx.storage;
  atMost(ctx.work.recordsAtOnce, before.recordCount, "records_at_once");
  const found = await readRecords(ctx, before);
  const seen = found
    .filter(({ deletedAt }) => deletedAt === null)
    .map(({ number, version }) => ({ record: number, version, value: undefined }));
  const updates = found.flatMap((record) => updateOf(record, before, after, when) ?? []);
  return [
    recordUpkeep.requireAll(before.number, seen),
    ...(updates.length > 0 ? records.update(after, updates) : []),
  ];
}

/** Undefined where nothing changes. */
function updateOf(
  record: StoredRecord,
  before: EntityType,
  after: EntityType,
  when: When,
): RecordUpdate | undefined {
  const data = withStoredResults(after.attributes, record.data, when);
  const isSame = JSON.stringify(data) === JSON.stringify(record.data);
  const old = derive(before, record.data);
  const rows = derive(after, data);
  const changed = isSame ? record : { ...record, data, version: record.version + 1 };
  if (record.deletedAt !== null) {
    // Records in the trash have no rows beside them.
    const none = { removed: [], added: [] };
    return isSame
      ? undefined
      : { record: changed, rows, index: none, unique: none, searchBefore: rows.search };
  }
  const index = difference(old.index, rows.index);
  if (isSame && index.removed.length === 0 && index.added.length === 0) return undefined;
  const unique = difference(old.unique, rows.unique);
  return { record: changed, rows, index, unique, searchBefore: old.search };
}

async function readRecords({ storage, work }: TenantContext, { id }: EntityType): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  for (;;) {
    const last = found.at(-1)?.number ?? 0;
    const [page] = await storage.read([storage.recordUpkeep.records(id, last, PAGE)]);
    found.push(...page);
    if (page.length < PAGE) return found;
    // The trash may hold many times what the table does.
    atMost(2 * work.recordsAtOnce, found.length, "records_at_once");
  }
}
