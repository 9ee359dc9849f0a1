import type { EntityType } from "../entity-types/entity-type.ts";
import type { Candidate, Refused } from "./bulk-candidates.ts";
import type { KeyedValue } from "./derive.ts";
import { takenIssues } from "./explain-unique.ts";

/** A unique value and the number of the record that has it. */
export type TakenKey = KeyedValue & { readonly record: number };

/**
 * The candidates whose unique values are free once all of them are written: a value that another of them gives up
 * may be taken, so two records can swap theirs. Where several want the same, the first gets it. The others are added
 * to the refused, and with them whoever counted on a value that they now keep.
 */
export function claimUnique(
  entityType: EntityType,
  candidates: readonly Candidate[],
  taken: readonly TakenKey[],
  refused: Refused,
): Candidate[] {
  const holders = new Map(taken.map((key) => [keyText(key), key.record]));
  let accepted = [...candidates];
  for (;;) {
    const leaving = new Set(
      accepted.flatMap(({ before, unique }) =>
        before ? unique.removed.map((key) => `${keyText(key)} ${before.record.number}`) : [],
      ),
    );
    const claimed = new Set<string>();
    const left = accepted.filter(({ index, unique }) => {
      const clashes = unique.added.filter((key) => {
        const text = keyText(key);
        const holder = holders.get(text);
        return claimed.has(text) || (holder !== undefined && !leaving.has(`${text} ${holder}`));
      });
      if (clashes.length > 0) {
        refused.set(
          index,
          takenIssues(entityType, clashes, (name) => `records[${index}].${name}`),
        );
        return false;
      }
      for (const key of unique.added) claimed.add(keyText(key));
      return true;
    });
    if (left.length === accepted.length) return accepted;
    accepted = left;
  }
}

function keyText({ attribute, key }: KeyedValue): string {
  return `${attribute} ${typeof key} ${key}`;
}
