import { searchBody } from "../../lib/search-text.ts";
import type { Attribute, IndexKey, Json } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import { type EntityType, valueKey } from "../entity-types/entity-type.ts";
import type { StoredValues } from "./stored-record.ts";

/** Blanks stand in the index, too, below every value, so that no query needs an outer join. */
export const BLANK_KEY = -Number.MAX_VALUE;

/** An entry of the index or unique table, for a record that is known from the context. */
export interface KeyedValue {
  /** The attribute's number. */
  readonly attribute: number;
  readonly key: IndexKey;
}

/** Everything that is stored beside a record's values and follows from them. */
export interface DerivedRows {
  readonly title: string | null;
  /** Folded copies of text values whose folded form differs. */
  readonly folded: Readonly<Record<string, string>>;
  readonly index: readonly KeyedValue[];
  readonly unique: readonly KeyedValue[];
  /** The search row: all texts, laid out for trigrams; empty where there are none. */
  readonly search: string;
}

export function derive(entityType: EntityType, data: StoredValues): DerivedRows {
  const folded: Record<string, string> = {};
  const index: KeyedValue[] = [];
  const unique: KeyedValue[] = [];
  const texts: string[] = [];
  for (const attribute of keptAttributes(entityType)) {
    const kind = kindOf(attribute);
    const value = data[valueKey(attribute)];
    if (keepsIndex(attribute)) index.push({ attribute: attribute.number, key: indexKey(attribute, value) });
    if (value === undefined) continue;
    if (keepsUnique(attribute))
      unique.push({ attribute: attribute.number, key: uniqueKey(attribute, value) });
    const text = kind.foldedText?.(value, attribute);
    if (text !== undefined) texts.push(text);
    if (text !== undefined && text !== value) folded[valueKey(attribute)] = text;
  }
  return { title: titleOf(entityType, data), folded, index, unique, search: searchBody(texts) };
}

/** The attributes whose values records hold: beside those that are shown, what some of them are becoming. */
export function keptAttributes({ attributes }: Pick<EntityType, "attributes">): Attribute[] {
  return attributes.flatMap((attribute) =>
    attribute.successor ? [attribute, attribute.successor] : [attribute],
  );
}

/**
 * All numbers under which records, or rows beside them, may have something of an attribute. The links of a back side
 * stand under the number of its front side, which goes with it.
 */
export function numbersOf({ number, successor, formerNumber, link }: Attribute): number[] {
  return [link?.attribute ?? number, successor?.number, formerNumber].filter((each) => each !== undefined);
}

/** Whether records have index rows for it; while a job makes them, writers keep those that are there in step. */
export function keepsIndex({ indexed, building }: Pick<Attribute, "indexed" | "building">): boolean {
  return indexed || (building?.index ?? false);
}

/** The same for the rows that hold unique values. */
export function keepsUnique({ unique, building }: Pick<Attribute, "unique" | "building">): boolean {
  return unique || (building?.unique ?? false);
}

/** The key under which a value, or its absence, stands in the index. */
export function indexKey(attribute: Attribute, value: Json | undefined): IndexKey {
  if (value === undefined) return BLANK_KEY;
  return kindOf(attribute).indexKey(value, attribute);
}

/** The key under which a value stands in the unique table. */
export function uniqueKey(attribute: Attribute, value: Json): IndexKey {
  return kindOf(attribute).uniqueKey?.(value, attribute) ?? indexKey(attribute, value);
}

/** What links to the record show: the text of its display attribute. */
function titleOf(entityType: EntityType, data: StoredValues): string | null {
  const attribute = entityType.attributes.find(({ id }) => id === entityType.displayAttributeId);
  const value = attribute && data[valueKey(attribute)];
  if (!attribute || value === undefined) return null;
  const shown = kindOf(attribute).toWire(value, attribute, { memberName: () => undefined });
  return typeof shown === "string" ? shown : JSON.stringify(shown);
}

/** The entries that a change takes away and adds. */
export function difference(
  before: readonly KeyedValue[],
  after: readonly KeyedValue[],
): { removed: KeyedValue[]; added: KeyedValue[] } {
  const same = (a: KeyedValue) => (b: KeyedValue) => a.attribute === b.attribute && a.key === b.key;
  return {
    removed: before.filter((entry) => !after.some(same(entry))),
    added: after.filter((entry) => !before.some(same(entry))),
  };
}
