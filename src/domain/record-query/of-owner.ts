import type { FilterNode, RecordQuery } from "./checked-query.ts";

/** The query narrowed down to the records of one owner: what scope `own` means for readers. */
export function ofOwner(query: RecordQuery, ownerId: string): RecordQuery {
  const value = { key: ownerId, exact: ownerId };
  const own: FilterNode = {
    type: "leaf",
    place: { in: "column", column: "owner_id" },
    test: { type: "is_one_of", values: [value], orBlank: false },
    negated: false,
  };
  return { ...query, filter: query.filter ? { type: "and", nodes: [own, query.filter] } : own };
}
