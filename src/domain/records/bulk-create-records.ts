import { AppError, type Issue } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { keysBetween } from "../../lib/fractional-key.ts";
import { isId } from "../../lib/ids.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { type EntityType, requireEntityType } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { derive, type KeyedValue } from "./derive.ts";
import { takenIssues } from "./explain-unique.ts";
import { memberCandidates, parseValues, type RecordInput, type ValueContext } from "./parse-values.ts";
import type { StoredValues } from "./stored-record.ts";

interface BulkCreate {
  readonly entity: string;
  readonly records: readonly RecordInput[];
  /** All or nothing; otherwise each record is taken or refused by itself. */
  readonly atomic: boolean;
}

export type BulkResult = {
  results: { index: number; id?: string; status: "created" | "failed"; errors?: Issue[] }[];
  succeeded: number;
  failed: number;
};

interface Candidate {
  readonly index: number;
  readonly id: string;
  readonly data: StoredValues;
  readonly ownerId: string | null | undefined;
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
      storage.records.firstPosition(entity),
      storage.records.findAll(ownIds),
    );
    const [found, members, firstPosition, existing] = loaded;
    const entityType = requireEntityType(found);
    authorize(access, entityType.id, "create");

    const refused = new Map<number, Issue[]>();
    const taken = new Set(existing.map(({ id }) => id));
    const context = { defaultCountry: access.tenant.defaultCountry, members };
    const parsed = records.flatMap((values, index) => {
      const candidate = parseOne(entityType, values, index, context, taken, ctx.newId);
      if ("issues" in candidate) refused.set(index, candidate.issues);
      return "issues" in candidate ? [] : [candidate];
    });
    const withRows = parsed.map((candidate) => ({ ...candidate, rows: derive(entityType, candidate.data) }));
    const keys = withRows.flatMap(({ rows }) => rows.unique);
    const [takenKeys] = keys.length > 0 ? await storage.read([storage.records.takenKeys(keys)]) : [[]];
    const seen = new Set(takenKeys.map(keyText));
    const accepted = withRows.filter(({ index, rows }) => {
      const clashes = rows.unique.filter((key) => seen.has(keyText(key)));
      for (const key of rows.unique) seen.add(keyText(key));
      if (clashes.length === 0) return true;
      refused.set(
        index,
        takenIssues(entityType, clashes, (name) => `records[${index}].${name}`),
      );
      return false;
    });
    if (atomic && refused.size > 0) {
      const issues = [...refused.values()].flat();
      const onlyTaken = issues.every(({ code }) => code === "not_unique");
      throw new AppError(onlyTaken ? "not_unique" : "invalid_input", { issues });
    }

    const now = timestamp(ctx.clock);
    const positions = keysBetween(null, firstPosition ?? null, accepted.length);
    const added = accepted.map(({ id, data, ownerId = access.member.id, rows }, i) => ({
      rows,
      record: {
        id,
        version: 1,
        position: positions[i] as string,
        title: rows.title,
        data,
        ownerId,
        createdBy: access.member.id,
        createdAt: now,
        updatedAt: now,
      },
    }));
    const ids = new Map(accepted.map(({ index, id }) => [index, id]));
    const results = records.map((_, index) => {
      const id = ids.get(index);
      return id
        ? { index, id, status: "created" as const }
        : { index, status: "failed" as const, errors: refused.get(index) };
    });
    const result = { results, succeeded: added.length, failed: records.length - added.length };
    if (added.length === 0) return result;
    return commit(ctx, access, {
      entityType,
      writes: storage.records.insert(entityType, added),
      result,
    });
  },
);

function parseOne(
  entityType: EntityType,
  values: RecordInput,
  index: number,
  context: ValueContext,
  takenIds: Set<string>,
  newId: () => string,
): Candidate | { readonly issues: Issue[] } {
  const path = `records[${index}]`;
  const id = values.id === undefined ? newId() : values.id;
  if (typeof id !== "string" || !isId(id)) return { issues: [{ path: `${path}.id`, code: "invalid_uuid" }] };
  if (takenIds.has(id)) return { issues: [{ path: `${path}.id`, code: "already_taken" }] };
  try {
    const { data, ownerId } = parseValues(entityType, undefined, values, context, path);
    takenIds.add(id);
    return { index, id, data, ownerId };
  } catch (error) {
    if (error instanceof AppError) return { issues: [...error.issues] };
    throw error;
  }
}

function keyText({ attribute, key }: KeyedValue): string {
  return `${attribute} ${typeof key} ${key}`;
}
