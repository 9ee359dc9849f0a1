import type { RecordUpdate } from "../../storage/records.ts";
import { seenBy } from "../access/attribute-access.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enterType } from "../entity-types/enter-type.ts";
import { withStoredResults } from "../formulas/calculate.ts";
import { writeVerb } from "../write-verb.ts";
import { type DerivedRows, derive } from "./derive.ts";
import { explainUnique } from "./explain-unique.ts";
import { type RecordAddress, requireRecord } from "./load-record.ts";
import { showRecord } from "./show-records.ts";
import type { StoredRecord } from "./stored-record.ts";
import { when } from "./when.ts";
import type { WireRecord } from "./wire-record.ts";

/**
 * Takes a record out of the trash, to where it stood. Whoever may delete may undo it.
 * @throws AppError `not_found` (or not in the trash), `forbidden`, `not_unique` when a value was taken since.
 */
export const restoreRecord = writeVerb(
  "restore_record",
  async (ctx, { entity, id }: RecordAddress): Promise<WireRecord> => {
    const { storage } = ctx;
    const { access, entityType, loaded } = await enterType(ctx, entity, async (mayBe, type) => {
      authorize(mayBe, type.id, "delete");
      return { plan: undefined, reads: [storage.records.find(id, type.attributes)] };
    });
    const { record } = requireRecord(access, entityType, ...loaded, "delete", { inTrash: true });
    // What a formula uses may have changed while the record was out of sight.
    const data = withStoredResults(entityType.attributes, record.data, when(ctx, access));
    const rows = derive(entityType, data);
    const restored = { ...record, data, version: record.version + 1, deletedAt: null };
    const isChanged = JSON.stringify(data) !== JSON.stringify(record.data);
    const result = await showRecord(ctx, access, entityType, restored);
    return explainUnique(
      ctx,
      seenBy(access, entityType),
      rows.unique,
      commit(ctx, access, {
        entityType,
        records: [record],
        writes: [
          ...storage.records.restore(entityType, [{ record, rows }]),
          ...(isChanged ? storage.records.update(entityType, [onlyValues(restored, rows)]) : []),
        ],
        result,
      }),
    );
  },
);

/** The row alone, all that is stored beside it being there already. */
function onlyValues(record: StoredRecord, rows: DerivedRows): RecordUpdate {
  const unchanged = { removed: [], added: [] };
  return { record, rows, index: unchanged, unique: unchanged, searchBefore: rows.search };
}
