import type { Issue } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enterType } from "../entity-types/enter-type.ts";
import { type EntityType, findAttribute, valueKey } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { checkVersion } from "./check-version.ts";
import { derive, difference } from "./derive.ts";
import { explainUnique } from "./explain-unique.ts";
import { linkRows } from "./link-rows.ts";
import { linksAfter } from "./links-after.ts";
import { type RecordAddress, requireRecord } from "./load-record.ts";
import { changesLinks, linkCandidates } from "./parse-links.ts";
import {
  memberCandidates,
  type ParsedValues,
  parseValues,
  type RecordInput,
  valueContext,
} from "./parse-values.ts";
import { showRecord } from "./show-records.ts";
import type { StoredValues } from "./stored-record.ts";
import type { WireRecord } from "./wire-record.ts";

interface RecordChange extends RecordAddress {
  readonly values: RecordInput;
  /** The version that the caller has seen, where it matters to them. */
  readonly ifMatch?: number;
}

/**
 * Changes the values that the input names and leaves the others. Nothing is written when nothing changes.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `stale_version`, `not_unique`.
 */
export const updateRecord = writeVerb(
  "update_record",
  async (ctx, { entity, id, values, ifMatch }: RecordChange): Promise<WireRecord> => {
    const { storage } = ctx;
    const { access, entityType, loaded } = await enterType(ctx, entity, async (mayBe, type) => {
      authorize(mayBe, type.id, "edit");
      return {
        plan: undefined,
        reads: [
          storage.records.find(id, type.attributes),
          storage.members.names(memberCandidates(values)),
          storage.recordLinks.targets(linkCandidates(values)),
        ],
      };
    });
    const [foundRecord, members, targets] = loaded;
    const { record, scope } = requireRecord(access, entityType, foundRecord, "edit");
    const parsed = parseValues(
      entityType,
      record,
      values,
      valueContext(ctx, access, members, targets, scope),
    );
    const { data, links, ownerId = record.ownerId } = parsed;
    checkVersion(record, ifMatch, () => differing(entityType, values, record.data, parsed));

    const isSame = ownerId === record.ownerId && JSON.stringify(data) === JSON.stringify(record.data);
    if (isSame && !links.some(changesLinks)) {
      return showRecord(ctx, access, entityType, record, members);
    }
    const before = derive(entityType, record.data);
    const rows = derive(entityType, data);
    const changed = {
      ...record,
      data,
      ownerId,
      links: linksAfter(entityType, record, links),
      version: record.version + 1,
      updatedAt: timestamp(ctx.clock),
    };
    const result = await showRecord(ctx, access, entityType, changed, members);
    const unique = difference(before.unique, rows.unique);
    return explainUnique(
      ctx,
      entityType,
      unique.added,
      commit(ctx, access, {
        entityType,
        records: [record],
        writes: [
          ...storage.records.update(entityType, [
            {
              record: changed,
              rows,
              index: difference(before.index, rows.index),
              unique,
              searchBefore: before.search,
            },
          ]),
          ...storage.recordLinks.write(entityType, linkRows([{ number: record.number, links }])),
        ],
        result,
      }),
    );
  },
);

/** The fields of the caller's whose values are not those that the record has by now. */
function differing(
  entityType: EntityType,
  values: RecordInput,
  before: StoredValues,
  { data: after, links }: ParsedValues,
): Issue[] {
  return Object.keys(values).flatMap((name) => {
    const attribute = findAttribute(entityType, name);
    if (!attribute) return [];
    const key = valueKey(attribute);
    const isLinked = links.some((parsed) => parsed.attribute === attribute && changesLinks(parsed));
    const same = !isLinked && JSON.stringify(before[key]) === JSON.stringify(after[key]);
    return same ? [] : [{ path: name, code: "changed_meanwhile" }];
  });
}
