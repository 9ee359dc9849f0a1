import { timestamp } from "../../lib/clock.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { derive } from "./derive.ts";
import { isInScope } from "./load-record.ts";

/**
 * Puts all of the named records into the trash, in one batch. Ids that are not there, or out of scope, are passed over.
 * @throws AppError `not_found` (entity type), `forbidden`.
 */
export const bulkDeleteRecords = writeVerb(
  "bulk_delete_records",
  async (
    ctx,
    { entity, ids }: { readonly entity: string; readonly ids: readonly string[] },
  ): Promise<{ deleted_count: number }> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(entity),
      storage.records.findAll([...new Set(ids)]),
    );
    const [foundType, found] = loaded;
    const entityType = requireEntityType(foundType);
    const scope = authorize(access, entityType.id, "delete");
    const records = found
      .filter(({ type, deletedAt }) => type === entityType.number && deletedAt === null)
      .filter((record) => isInScope(access, scope, record));
    const result = { deleted_count: records.length };
    if (records.length === 0) return result;
    const gone = records.map((record) => ({ record, rows: derive(entityType, record.data) }));
    return commit(ctx, access, {
      entityType,
      records,
      writes: storage.records.trash(entityType, gone, timestamp(ctx.clock)),
      result,
    });
  },
);
