import { type Issue, invalidInput } from "../../errors.ts";
import { isAbsent } from "../attribute-kinds/blank.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import { type EntityType, findAttribute, RESERVED_ATTRIBUTE_NAMES } from "../entity-types/entity-type.ts";
import type { FilterNode, RecordListRequest, RecordSearch, SortKey } from "./checked-query.ts";
import { parseFilters } from "./parse-filters.ts";
import type { QueryContext } from "./parse-operand.ts";
import { parseSearch, type SearchInput } from "./parse-search.ts";
import { DEFAULT_SORT, NEWEST_FIRST, parseSort, type SortInput } from "./parse-sort.ts";

/**
 * A list of records as clients ask for it; GET and POST say the same. `filters` may be JSON text, and
 * `fields` a comma list. Limits and flags have been checked for their types by the adapter.
 */
export interface RecordListInput extends SortInput, SearchInput {
  readonly filters?: unknown;
  readonly fields?: unknown;
  readonly limit?: number;
  readonly skip?: number;
  readonly cursor?: string;
  readonly count?: "exact";
  readonly trash?: boolean;
}

const DEFAULT_LIMIT = 50;
/** Old clients ask for up to 1,000; they get this many, and a cursor. */
const HIGHEST_LIMIT = 200;

/**
 * Checks a list against its entity type.
 * @throws AppError `invalid_input` with the path of each thing that is wrong (`filters.and[0].op`, `sort[1]`).
 */
export function parseRecordQuery(
  input: RecordListInput,
  entityType: EntityType,
  context: QueryContext,
): RecordListRequest {
  const issues: Issue[] = [];
  const { limit = DEFAULT_LIMIT, skip = 0, cursor, count, trash: inTrash = false } = input;
  const rawFilters = readFilters(input.filters, issues);
  const filter = isAbsent(rawFilters)
    ? undefined
    : parseFilters(rawFilters, "filters", entityType, context, issues);
  const givenSort = parseSort(input, entityType, issues);
  const search = parseSearch(input, entityType, issues);
  const sort = search && givenSort === DEFAULT_SORT ? NEWEST_FIRST : givenSort;
  const fields = parseFields(input.fields, entityType, issues);
  if (skip > 0 && cursor !== undefined) {
    issues.push({ path: "skip", code: "not_with", params: { other: "cursor" } });
  }
  if (inTrash && search) issues.push({ path: "q", code: "not_with", params: { other: "trash" } });
  if (inTrash && givenSort !== DEFAULT_SORT) {
    issues.push({
      path: isAbsent(input.sort) ? "sort_by" : "sort",
      code: "not_with",
      params: { other: "trash" },
    });
  }
  if (issues.length > 0) throw invalidInput(...issues);
  return {
    query: { filter: isAlwaysTrue(filter) ? undefined : filter, sort, search, inTrash },
    limit: Math.min(limit, HIGHEST_LIMIT),
    skip,
    cursor,
    wantsCount: count === "exact",
    fields,
    binding: [entityType.id, rawFilters as Json, sort.map(nameOf), inTrash, searchBinding(search)],
  };
}

/** GET carries the filter as JSON text. */
function readFilters(raw: unknown, issues: Issue[]): unknown {
  if (typeof raw !== "string") return raw ?? null;
  if (raw.trim() === "") return null;
  try {
    return JSON.parse(raw);
  } catch {
    issues.push({ path: "filters", code: "invalid_format", params: { format: "JSON" } });
    return null;
  }
}

function parseFields(raw: unknown, entityType: EntityType, issues: Issue[]): Set<string> | undefined {
  if (isAbsent(raw) || raw === "") return undefined;
  const names = typeof raw === "string" ? raw.split(",").map((name) => name.trim()) : raw;
  if (!Array.isArray(names)) {
    issues.push({ path: "fields", code: "wrong_type", params: { expected: "array", value: sampleOf(raw) } });
    return undefined;
  }
  for (const [i, name] of names.entries()) {
    const isKnown =
      typeof name === "string" && (RESERVED_ATTRIBUTE_NAMES.has(name) || findAttribute(entityType, name));
    if (!isKnown) {
      const allowed = entityType.attributes.map((attribute) => attribute.name).join(", ");
      issues.push({ path: `fields[${i}]`, code: "unknown_field", params: { allowed } });
      if (issues.length > 50) break;
    }
  }
  return new Set(names as readonly string[]);
}

function isAlwaysTrue(filter: FilterNode | undefined): boolean {
  return filter?.type === "and" && filter.nodes.every(isAlwaysTrue);
}

/** Lists without a search have the binding that they always had. */
function searchBinding(search: RecordSearch | undefined): Json {
  if (!search) return null;
  const places = search.places?.map((place) => nameOf({ place, descending: false }));
  return [search.words.map(({ text }) => text), search.digits ?? null, places ?? null];
}

/** An attribute may be renamed while somebody pages through a list. */
function nameOf({ place, descending }: SortKey): Json {
  return [place.in === "column" ? place.column : place.attribute.number, descending];
}
