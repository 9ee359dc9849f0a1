import * as z from "zod";
import { valueKey } from "../entity-types/entity-type.ts";
import { cancelled } from "./job.ts";
import { rewriteRecords } from "./rewrite-records.ts";

/**
 * Gives running numbers to the records that were there when an autonumber was added, in the order of their creation.
 * The numbers were set aside by the same commit, so records that came since have those after them.
 */
export const numberRecordsJob = rewriteRecords({
  name: "number_records",
  prepare({ job, entityType }) {
    const attribute = entityType.attributes.find(({ id }) => id === job.attributeId);
    if (attribute?.jobId !== job.id) throw cancelled();
    const before = z.object({ before: z.number() }).parse(job.input).before;
    const key = valueKey(attribute);
    return (data, { number }) => (data[key] === undefined ? { ...data, [key]: before + number } : data);
  },
  finish: ({ ctx: { storage }, job, entityType }) => [
    storage.attributes.finishBuilding(job.attributeId ?? "", job.id),
    storage.entityTypes.raiseSchemaVersion(entityType.id),
  ],
  undo: ({ storage }, { id, attributeId, entityTypeId }) => [
    storage.attributes.release(attributeId ?? "", id),
    storage.entityTypes.raiseSchemaVersion(entityTypeId ?? ""),
  ],
});
