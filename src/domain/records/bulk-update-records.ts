import { invalidInput } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import { enterType } from "../entity-types/enter-type.ts";
import { writeVerb } from "../write-verb.ts";
import { changedCandidate, namedRelations, readCandidates } from "./bulk-candidates.ts";
import { isInScope } from "./load-record.ts";
import { linkCandidates } from "./parse-links.ts";
import { memberCandidates, type RecordInput, valueContext } from "./parse-values.ts";
import { type BulkResult, settleBulk } from "./settle-bulk.ts";

interface BulkUpdate {
  readonly entity: string;
  /** Each names the record that it changes; values that it does not name stay. */
  readonly records: readonly (RecordInput & { readonly id: string })[];
  /** All or nothing; otherwise each change is taken or refused by itself. */
  readonly atomic: boolean;
}

/**
 * Changes up to 1,000 records in one batch. Unique values may move from one to another within it.
 * @throws AppError `not_found` (entity type), `forbidden`; with `atomic` also `invalid_input`, `not_unique`.
 */
export const bulkUpdateRecords = writeVerb(
  "bulk_update_records",
  async (ctx, { entity, records, atomic }: BulkUpdate): Promise<BulkResult> => {
    const { storage } = ctx;
    const { access, entityType, plan, loaded } = await enterType(ctx, entity, async (mayBe, type) => ({
      plan: { scope: authorize(mayBe, type.id, "edit") },
      reads: [
        storage.members.names([...new Set(records.flatMap(memberCandidates))]),
        storage.recordLinks.targets([...new Set(records.flatMap(linkCandidates))]),
        storage.records.findAll([...new Set(records.map(({ id }) => id))], namedRelations(type, records)),
      ],
    }));
    const [members, targets, found] = loaded;
    const { scope } = plan;

    const there = new Map(
      found
        .filter(({ type, deletedAt }) => type === entityType.number && deletedAt === null)
        .filter((record) => isInScope(access, scope, record))
        .map((record) => [record.id, record]),
    );
    const context = valueContext(ctx, access, members, targets, scope);
    const seen = new Set<string>();
    const read = readCandidates(records, (values, index, path) => {
      const record = there.get(values.id);
      if (!record) throw invalidInput({ path: `${path}.id`, code: "unknown_record" });
      if (seen.has(record.id)) throw invalidInput({ path: `${path}.id`, code: "given_twice" });
      seen.add(record.id);
      return changedCandidate(entityType, record, values, { index, path }, context);
    });
    return settleBulk(ctx, access, {
      entityType,
      count: records.length,
      atomic,
      firstPosition: undefined,
      ...read,
    });
  },
);
