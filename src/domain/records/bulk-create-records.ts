import { isId } from "../../lib/ids.ts";
import { authorize } from "../access/authorize.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { newCandidate, readCandidates } from "./bulk-candidates.ts";
import { linkCandidates } from "./parse-links.ts";
import { memberCandidates, type RecordInput, valueContext } from "./parse-values.ts";
import { type BulkResult, settleBulk } from "./settle-bulk.ts";

interface BulkCreate {
  readonly entity: string;
  readonly records: readonly RecordInput[];
  /** All or nothing; otherwise each record is taken or refused by itself. */
  readonly atomic: boolean;
}

/**
 * Creates up to 1,000 records in one batch; the first of the list stands first in the table.
 * @throws AppError `not_found` (entity type), `forbidden`; with `atomic` also `invalid_input`, `not_unique`.
 */
export const bulkCreateRecords = writeVerb(
  "bulk_create_records",
  async (ctx, { entity, records, atomic }: BulkCreate): Promise<BulkResult> => {
    const { storage } = ctx;
    const ownIds = records.flatMap(({ id }) => (typeof id === "string" && isId(id) ? [id] : []));
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(entity),
      storage.members.names([...new Set(records.flatMap(memberCandidates))]),
      storage.recordLinks.targets([...new Set(records.flatMap(linkCandidates))]),
      storage.records.firstPosition(entity),
      storage.records.findAll(ownIds),
    );
    const [found, members, targets, firstPosition, existing] = loaded;
    const entityType = requireEntityType(found);
    const scope = authorize(access, entityType.id, "create");

    const takenIds = new Set(existing.map(({ id }) => id));
    const context = valueContext(ctx, access, members, targets, scope);
    const read = readCandidates(records, (values, index, path) =>
      newCandidate(entityType, values, { index, path }, context, takenIds, ctx.newId),
    );
    return settleBulk(ctx, access, { entityType, count: records.length, atomic, firstPosition, ...read });
  },
);
