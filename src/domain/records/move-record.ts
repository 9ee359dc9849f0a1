import { invalidInput } from "../../errors.ts";
import { keysBetween } from "../../lib/fractional-key.ts";
import type { PlacedRecord } from "../../storage/record-positions.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { isInScope } from "./load-record.ts";

interface RecordMove {
  readonly entity: string;
  readonly recordId: string;
  /** The record that it is to stand before. */
  readonly beforeId: string | undefined;
  /** The record that it is to stand after. */
  readonly afterId: string | undefined;
}

export type MovedRecord = { id: string; position: string; new_position: string; version: number };

/**
 * Moves a record right after or right before another one in the type's own order. Only that record is written,
 * unless several have the same position, as records that were created at the same moment do: then those of them that
 * come after it get positions of their own, too.
 * @throws AppError `not_found` (entity type), `forbidden`, `invalid_input`.
 */
export const moveRecord = writeVerb(
  "move_record",
  async (ctx, { entity, recordId, beforeId, afterId }: RecordMove): Promise<MovedRecord> => {
    const { recordPositions, entityTypes } = ctx.storage;
    const anchorId = afterId ?? beforeId ?? "";
    const { access, loaded } = await enter(
      ctx,
      entityTypes.find(entity),
      recordPositions.findAll([...new Set([recordId, beforeId ?? "", afterId ?? ""])]),
      recordPositions.findPrevious(anchorId, recordId),
      recordPositions.findTied(anchorId, recordId),
      recordPositions.nextPosition(anchorId, recordId),
    );
    const [foundType, found, previous, tied, next] = loaded;
    const entityType = requireEntityType(foundType);
    const scope = authorize(access, entityType.id, "edit");
    const get = (id: string, path: string): PlacedRecord => {
      const record = found.find((candidate) => candidate.id === id && candidate.type === entityType.number);
      if (!record || !isInScope(access, scope, record)) throw invalidInput({ path, code: "unknown_record" });
      return record;
    };
    const record = get(recordId, "record_id");
    const after = afterId === undefined ? undefined : get(afterId, "after_id");
    const before = beforeId === undefined ? undefined : get(beforeId, "before_id");
    const anchor = after ?? before;
    if (!anchor) throw invalidInput({ path: "before_id", code: "required" });
    if (anchor.id === record.id) {
      throw invalidInput({ path: after ? "after_id" : "before_id", code: "given_twice" });
    }
    if (after && before && !comesBefore(after, before)) {
      throw invalidInput({ path: "before_id", code: "wrong_order" });
    }

    const isTied = !after && previous?.position === anchor.position;
    const low = after || isTied ? anchor.position : (previous?.position ?? null);
    const high = after || isTied ? (next ?? null) : anchor.position;
    const pushed = after ? tied : isTied ? [anchor, ...tied] : [];
    const moved = [record, ...pushed];
    const positions = keysBetween(low, high, moved.length);
    const [position = record.position] = positions;
    return commit(ctx, access, {
      entityType,
      records: [...new Map([...moved, anchor].map((each) => [each.id, each])).values()],
      writes: recordPositions.set(moved.map((each, i) => ({ record: each, position: positions[i] ?? "" }))),
      result: { id: record.id, position, new_position: position, version: record.version + 1 },
    });
  },
);

function comesBefore(a: PlacedRecord, b: PlacedRecord): boolean {
  return a.position === b.position ? a.number < b.number : a.position < b.position;
}
