import { invalidInput } from "../../errors.ts";
import { keysBetween } from "../../lib/fractional-key.ts";
import type { PlacedWithNext } from "../../storage/record-positions.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { isInScope } from "./load-record.ts";

export type OrderedRecords = { status: "ok"; ordered_ids: string[] };

/**
 * Puts the named records, up to 1,000, in the order given, into the places that they have now; all others stay where
 * they are. Ids that are not there are passed over.
 * @throws AppError `not_found` (entity type), `forbidden`, `invalid_input`.
 */
export const orderRecords = writeVerb(
  "order_records",
  async (
    ctx,
    { entity, ids }: { readonly entity: string; readonly ids: readonly string[] },
  ): Promise<OrderedRecords> => {
    const { recordPositions, entityTypes } = ctx.storage;
    const { access, loaded } = await enter(
      ctx,
      entityTypes.find(entity),
      recordPositions.findWithTied([...new Set(ids)]),
    );
    const [foundType, found] = loaded;
    const entityType = requireEntityType(foundType);
    const scope = authorize(access, entityType.id, "edit");
    const twice = ids.findIndex((id, i) => ids.indexOf(id) !== i);
    if (twice >= 0) throw invalidInput({ path: `record_ids[${twice}]`, code: "given_twice" });

    const inType = found.filter(({ type }) => type === entityType.number);
    const ours = new Map(
      inType.filter((record) => isInScope(access, scope, record)).map((record) => [record.id, record]),
    );
    const wanted = ids.flatMap((id) => ours.get(id) ?? []);
    const moved = place(inType, wanted).filter(({ record, position }) => record.position !== position);
    const result: OrderedRecords = { status: "ok", ordered_ids: wanted.map(({ id }) => id) };
    if (moved.length === 0) return result;
    return commit(ctx, access, { entityType, records: inType, writes: recordPositions.set(moved), result });
  },
);

/** The wanted records in the places that they have among all, and the others where they are. */
function place(all: readonly PlacedWithNext[], wanted: readonly PlacedWithNext[]) {
  const before = all.toSorted((a, b) => a.number - b.number);
  const groups = [...Map.groupBy(before, ({ position }) => position)].sort(([a], [b]) => (a < b ? -1 : 1));
  const isWanted = new Set(wanted);
  const rest = [...wanted];
  return groups.flatMap(([position, group]) => {
    const after = group.map((record) => (isWanted.has(record) ? (rest.shift() ?? record) : record));
    // Records of the same position stand by their numbers: those that follow the first get positions of their own.
    const next = group[0]?.nextPosition ?? null;
    const positions = [position, ...keysBetween(position, next, group.length - 1)];
    return after.map((record, i) => ({ record, position: positions[i] ?? position }));
  });
}
