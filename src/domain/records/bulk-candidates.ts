import { AppError, type Issue, invalidInput } from "../../errors.ts";
import { isId } from "../../lib/ids.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { type DerivedRows, derive, difference, type KeyedValue } from "./derive.ts";
import type { ParsedLinks } from "./parse-links.ts";
import { parseValues, type RecordInput, type ValueContext } from "./parse-values.ts";
import type { StoredRecord, StoredValues } from "./stored-record.ts";

/** One item of a bulk write that is right by itself; whether its unique values are free is not known yet. */
export interface Candidate {
  /** Its place in the request. */
  readonly index: number;
  readonly id: string;
  readonly data: StoredValues;
  /** Undefined where the input does not name an owner. */
  readonly ownerId: string | null | undefined;
  readonly links: readonly ParsedLinks[];
  readonly rows: DerivedRows;
  /** The record that is changed, and what is stored beside it so far; undefined for a new one. */
  readonly before: { readonly record: StoredRecord; readonly rows: DerivedRows } | undefined;
  /** Unique values that the item gives up and those that it asks for. */
  readonly unique: { readonly removed: readonly KeyedValue[]; readonly added: readonly KeyedValue[] };
}

/** What is wrong with the items that cannot be taken, by their place in the request. */
export type Refused = Map<number, readonly Issue[]>;

/** Reads every item by itself; those that throw `AppError` are refused with its issues. */
export function readCandidates<Item>(
  items: readonly Item[],
  read: (item: Item, index: number, path: string) => Candidate,
): { candidates: Candidate[]; refused: Refused } {
  const refused: Refused = new Map();
  const candidates = items.flatMap((item, index) => {
    try {
      return [read(item, index, `records[${index}]`)];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.set(index, error.issues);
      return [];
    }
  });
  return { candidates, refused };
}

/** @param takenIds grows by the candidate's id. @throws AppError `invalid_input`. */
export function newCandidate(
  entityType: EntityType,
  values: RecordInput,
  at: { readonly index: number; readonly path: string },
  context: ValueContext,
  takenIds: Set<string>,
  newId: () => string,
): Candidate {
  const { index, path } = at;
  const id = values.id === undefined ? newId() : values.id;
  if (typeof id !== "string" || !isId(id)) throw invalidInput({ path: `${path}.id`, code: "invalid_uuid" });
  if (takenIds.has(id)) throw invalidInput({ path: `${path}.id`, code: "already_taken" });
  const { data, ownerId, links } = parseValues(entityType, undefined, values, context, path);
  takenIds.add(id);
  const rows = derive(entityType, data);
  const unique = { removed: [], added: rows.unique };
  return { index, id, data, ownerId, links, rows, before: undefined, unique };
}

/** @throws AppError `invalid_input`. */
export function changedCandidate(
  entityType: EntityType,
  record: StoredRecord,
  { id: _id, ...values }: RecordInput,
  at: { readonly index: number; readonly path: string },
  context: ValueContext,
): Candidate {
  const { index, path } = at;
  const { data, ownerId, links } = parseValues(entityType, record, values, context, path);
  const before = { record, rows: derive(entityType, record.data) };
  const rows = derive(entityType, data);
  const unique = difference(before.rows.unique, rows.unique);
  return { index, id: record.id, data, ownerId, links, rows, before, unique };
}

/** The relations that any of the items names: only their links need to be known. */
export function namedRelations({ attributes }: EntityType, items: readonly RecordInput[]): Attribute[] {
  return attributes.filter(({ link, name }) => link && items.some((item) => Object.hasOwn(item, name)));
}
