import { AppError, invalidInput } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { keyBetween } from "../../lib/fractional-key.ts";
import { isId } from "../../lib/ids.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { derive } from "./derive.ts";
import { explainUnique } from "./explain-unique.ts";
import { linkRows } from "./link-rows.ts";
import { linkCandidates } from "./parse-links.ts";
import { memberCandidates, parseValues, type RecordInput, valueContext } from "./parse-values.ts";
import { showRecord } from "./show-records.ts";
import type { WireRecord } from "./wire-record.ts";

/**
 * Creates a record at the head of its table. The input may bring its own `id` (a UUID), so that a client
 * can tell a retry from a new record: a second one with the same id is refused.
 * @throws AppError `not_found` (entity type), `forbidden`, `invalid_input`, `not_unique`, `conflict` (id).
 */
export const createRecord = writeVerb(
  "create_record",
  async (
    ctx,
    { entity, values }: { readonly entity: string; readonly values: RecordInput },
  ): Promise<WireRecord> => {
    const { storage } = ctx;
    const id = values.id === undefined ? ctx.newId() : readId(values.id);
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(entity),
      storage.members.names(memberCandidates(values)),
      storage.recordLinks.targets(linkCandidates(values)),
      storage.records.firstPosition(entity),
      id === undefined || values.id === undefined ? storage.nothing : storage.records.find(id),
    );
    const [found, members, targets, firstPosition, twin] = loaded;
    const entityType = requireEntityType(found);
    const scope = authorize(access, entityType.id, "create");
    if (id === undefined) throw invalidInput({ path: "id", code: "invalid_uuid" });

    const {
      data,
      links,
      ownerId = access.member.id,
    } = parseValues(entityType, undefined, values, valueContext(ctx, access, members, targets, scope));
    if (twin) throw new AppError("conflict", { issues: [{ path: "id", code: "already_taken" }] });
    const rows = derive(entityType, data);
    const now = timestamp(ctx.clock);
    const record = {
      id,
      version: 1,
      position: keyBetween(null, firstPosition ?? null),
      title: rows.title,
      data,
      ownerId,
      createdBy: access.member.id,
      createdAt: now,
      updatedAt: now,
    };
    const linked = new Map(links.map(({ attribute, wanted }) => [attribute.number, wanted]));
    const created = { ...record, type: entityType.number, number: 0, deletedAt: null, links: linked };
    const result = await showRecord(ctx, access, entityType, created, members);
    return explainUnique(
      ctx,
      entityType,
      rows.unique,
      commit(ctx, access, {
        entityType,
        writes: [
          ...storage.records.insert(entityType, [{ record, rows }]),
          ...storage.recordLinks.write(entityType, linkRows([{ number: -1, links }])),
        ],
        result,
        decided: storage.autonumbers.ofLast(entityType),
      }),
    );
  },
);

function readId(raw: unknown): string | undefined {
  const id = typeof raw === "string" ? raw.toLowerCase() : "";
  return isId(id) ? id : undefined;
}
