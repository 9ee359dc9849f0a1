import type { ParsedLinks } from "./parse-links.ts";

/** The number of the front side's attribute, with the record that the link comes from, and that it leads to. */
export type LinkRow = readonly [attribute: number, source: number, target: number];

/** What a write does to links, in this order. */
export interface LinkRows {
  /** Sources that lose what they are linked to, whether it can be seen or is in the trash. */
  readonly cleared: readonly (readonly [attribute: number, source: number])[];
  readonly removed: readonly LinkRow[];
  readonly added: readonly LinkRow[];
}

/** A record's links as they are to be. */
export interface LinkedRecord {
  /** Below zero for a record that is new: -1 for the last that the batch inserts. */
  readonly number: number;
  readonly links: readonly ParsedLinks[];
}

/**
 * The rows that change when the records are written one after another: where several of them claim the same record, and
 * it can have one link only, the last one gets it.
 */
export function linkRows(records: readonly LinkedRecord[]): LinkRows {
  const cleared = new Map<string, LinkRows["cleared"][number]>();
  const removed = new Map<string, LinkRow>();
  const added = new Map<string, LinkRow>();
  /** The added ones once more, by the record at either end. */
  const bySource = new Map<string, LinkRow[]>();
  const byTarget = new Map<string, LinkRow[]>();

  function add(row: LinkRow, isOnePerSource: boolean): void {
    const [attribute, source, target] = row;
    const from = `${attribute} ${source}`;
    if (isOnePerSource) {
      for (const other of bySource.get(from) ?? []) added.delete(other.join(" "));
      if (source > 0) cleared.set(from, [attribute, source]);
    }
    added.set(row.join(" "), row);
    push(bySource, from, row);
    push(byTarget, `${attribute} ${target}`, row);
  }

  for (const { number, links } of records) {
    for (const { link, wanted, added: fresh, removed: gone } of links) {
      const { attribute, isFront, isOnePerSource } = link;
      const rowTo = (other: number): LinkRow =>
        isFront ? [attribute, number, other] : [attribute, other, number];
      const keep = new Set(wanted.map((target) => target.number));
      // What a record before this one in the same batch has linked to it.
      for (const row of (isFront ? bySource : byTarget).get(`${attribute} ${number}`) ?? []) {
        if (!keep.has(row[isFront ? 2 : 1])) added.delete(row.join(" "));
      }
      for (const target of gone) {
        const row = rowTo(target.number);
        removed.set(row.join(" "), row);
      }
      for (const target of wanted) {
        const row = rowTo(target.number);
        const isLost = removed.has(row.join(" ")) || cleared.has(`${row[0]} ${row[1]}`);
        if (fresh.includes(target) || isLost) add(row, isOnePerSource);
      }
    }
  }
  return { cleared: [...cleared.values()], removed: [...removed.values()], added: [...added.values()] };
}

function push(rows: Map<string, LinkRow[]>, key: string, row: LinkRow): void {
  const found = rows.get(key);
  if (found) found.push(row);
  else rows.set(key, [row]);
}
