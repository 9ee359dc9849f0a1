import type { Access, Scope } from "../access/access.ts";
import { seenBy } from "../access/attribute-access.ts";
import { isSearched } from "../attribute-kinds/registry.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { FilterNode, RecordQuery, RecordSearch } from "./checked-query.ts";
import { placeOf } from "./query-field.ts";

/**
 * The query narrowed down to what the caller may see: with scope `own` to their own records, and, where attributes are
 * hidden from them, in what a search looks through. Names of hidden attributes must have been refused before.
 */
export function narrowQuery(
  query: RecordQuery,
  access: Access,
  scope: Scope,
  entityType: EntityType,
): RecordQuery {
  const search = query.search && searchSeen(query.search, access, entityType);
  const owned = scope === "own" ? andOwn(query.filter, access.member.id) : query.filter;
  return { ...query, filter: owned, search };
}

function andOwn(filter: FilterNode | undefined, ownerId: string): FilterNode {
  const own: FilterNode = {
    type: "leaf",
    place: { in: "column", column: "owner_id" },
    test: { type: "is_one_of", values: [{ key: ownerId, exact: ownerId }], orBlank: false },
    negated: false,
  };
  return filter ? { type: "and", nodes: [own, filter] } : own;
}

/** The search rows hold the texts of all attributes, so what they find is looked up in those that may be seen. */
function searchSeen(search: RecordSearch, access: Access, entityType: EntityType): RecordSearch {
  const seen = seenBy(access, entityType).attributes.filter(isSearched);
  const all = entityType.attributes.filter(isSearched);
  if (search.places || seen.length === all.length) return search;
  return { ...search, places: seen.map(placeOf) };
}
