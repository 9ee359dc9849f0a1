import { AppError, type Issue } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { keysBetween } from "../../lib/fractional-key.ts";
import type { RecordUpdate } from "../../storage/records.ts";
import type { Access } from "../access/access.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { Candidate, Refused } from "./bulk-candidates.ts";
import { claimUnique, type TakenKey } from "./claim-unique.ts";
import { difference } from "./derive.ts";
import { type LinkedRecord, linkRows } from "./link-rows.ts";
import { changesLinks } from "./parse-links.ts";

export type BulkResult = {
  results: { index: number; id?: string; status: "created" | "updated" | "failed"; errors?: Issue[] }[];
  succeeded: number;
  failed: number;
};

interface Bulk {
  readonly entityType: EntityType;
  /** How many items the request has. */
  readonly count: number;
  readonly candidates: readonly Candidate[];
  readonly refused: Refused;
  /** All or nothing; otherwise each item is taken or refused by itself. */
  readonly atomic: boolean;
  /** Who has the unique values that the candidates ask for; asked here unless it is known already. */
  readonly taken?: readonly TakenKey[];
  /** Before which position new records go. */
  readonly firstPosition: string | undefined;
}

/**
 * The end of every bulk write: refuses whose unique values are taken, and commits the others in one batch.
 * @throws AppError with `atomic` when any item is refused: `not_unique` if nothing else was wrong, or `invalid_input`.
 */
export async function settleBulk(ctx: TenantContext, access: Access, bulk: Bulk): Promise<BulkResult> {
  const { entityType, count, refused, atomic } = bulk;
  const taken = bulk.taken ?? (await askTaken(ctx, bulk.candidates));
  const accepted = claimUnique(entityType, bulk.candidates, taken, refused);
  if (atomic && refused.size > 0) {
    const issues = [...refused.entries()].sort(([a], [b]) => a - b).flatMap(([, found]) => found);
    const onlyTaken = issues.every(({ code }) => code === "not_unique");
    throw new AppError(onlyTaken ? "not_unique" : "invalid_input", { issues });
  }
  const byIndex = new Map(accepted.map((candidate) => [candidate.index, candidate]));
  const results = Array.from({ length: count }, (_, index) => {
    const candidate = byIndex.get(index);
    if (!candidate) {
      return { index, status: "failed" as const, errors: [...(refused.get(index) ?? [])] };
    }
    return {
      index,
      id: candidate.id,
      status: candidate.before ? ("updated" as const) : ("created" as const),
    };
  });
  const result = { results, succeeded: accepted.length, failed: count - accepted.length };
  const added = newRecords(ctx, access, bulk.firstPosition, accepted);
  const changed = changedRecords(ctx, accepted);
  const links = linkRows(linkedRecords(accepted, added.length));
  if (added.length + changed.length === 0) return result;
  return commit(ctx, access, {
    entityType,
    records: accepted.flatMap(({ before }) => (before ? [before.record] : [])),
    writes: [
      // First what gives up unique values, then what may take them.
      ...ctx.storage.records.update(entityType, changed),
      ...(added.length > 0 ? ctx.storage.records.insert(entityType, added) : []),
      ...ctx.storage.recordLinks.write(entityType, links),
    ],
    result,
  });
}

async function askTaken(ctx: TenantContext, candidates: readonly Candidate[]): Promise<TakenKey[]> {
  const keys = candidates.flatMap(({ unique }) => unique.added);
  if (keys.length === 0) return [];
  const [taken] = await ctx.storage.read([ctx.storage.records.takenKeys(keys)]);
  return taken;
}

/** The first of the list stands first in the table. */
function newRecords(
  ctx: TenantContext,
  access: Access,
  firstPosition: string | undefined,
  accepted: readonly Candidate[],
) {
  const added = accepted.filter(({ before }) => before === undefined);
  const now = timestamp(ctx.clock);
  const positions = keysBetween(null, firstPosition ?? null, added.length);
  return added.map(({ id, data, ownerId = access.member.id, rows }, i) => ({
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
}

/** Nothing is written for records in which nothing changes. */
function changedRecords(ctx: TenantContext, accepted: readonly Candidate[]): RecordUpdate[] {
  const updatedAt = timestamp(ctx.clock);
  return accepted.flatMap(({ before, data, rows, unique, links, ...candidate }): RecordUpdate[] => {
    if (!before) return [];
    const { record } = before;
    const ownerId = candidate.ownerId === undefined ? record.ownerId : candidate.ownerId;
    const isSame = ownerId === record.ownerId && JSON.stringify(data) === JSON.stringify(record.data);
    if (isSame && !links.some(changesLinks)) return [];
    const changed = { ...record, data, ownerId, version: record.version + 1, updatedAt };
    const index = difference(before.rows.index, rows.index);
    return [{ record: changed, rows, index, unique, searchBefore: before.rows.search }];
  });
}

/** In the order of the request; the last of the new ones is -1. */
function linkedRecords(accepted: readonly Candidate[], addedCount: number): LinkedRecord[] {
  let number = -addedCount;
  return accepted.map(({ before, links }) => ({ number: before?.record.number ?? number++, links }));
}
