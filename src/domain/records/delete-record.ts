import { timestamp } from "../../lib/clock.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { checkVersion } from "./check-version.ts";
import { derive } from "./derive.ts";
import { type RecordAddress, requireRecord } from "./load-record.ts";

/** Puts a record into the trash. @throws AppError `not_found`, `forbidden`, `stale_version`. */
export const deleteRecord = writeVerb(
  "delete_record",
  async (ctx, { entity, id, ifMatch }: RecordAddress & { readonly ifMatch?: number }): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.entityTypes.find(entity), storage.records.find(id));
    const { entityType, record } = requireRecord(access, ...loaded, "delete");
    checkVersion(record, ifMatch);
    const rows = derive(entityType, record.data);
    return commit(ctx, access, {
      entityType,
      records: [record],
      writes: storage.records.trash(entityType, [{ record, rows }], timestamp(ctx.clock)),
      result: null,
    });
  },
);
