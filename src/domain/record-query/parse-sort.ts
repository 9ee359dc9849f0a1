import type { Issue } from "../../errors.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { SortKey } from "./checked-query.ts";
import { findSortPlace, sortableNames, unusableField } from "./query-field.ts";

const MOST_KEYS = 4;

/** A type's own order: by position, a new record first. */
export const DEFAULT_SORT: readonly SortKey[] = [
  { place: { in: "column", column: "position" }, descending: false },
];

/** The order of a search that asks for none. */
export const NEWEST_FIRST: readonly SortKey[] = [
  { place: { in: "column", column: "number" }, descending: true },
];

/** How a list is to be ordered, as clients send it: `sort`, or the Python server's `sort_by` and `sort_order`. */
export interface SortInput {
  readonly sort?: unknown;
  readonly sort_by?: unknown;
  readonly sort_order?: unknown;
}

interface Wanted {
  readonly name: unknown;
  readonly descending: boolean;
  /** Where the name stands on the wire. */
  readonly path: string;
}

/** Reads `-amount,name`, `[{field, order}]` or the Python server's pair. What is wrong is added to the issues. */
export function parseSort(input: SortInput, entityType: EntityType, issues: Issue[]): readonly SortKey[] {
  const wanted = isGiven(input.sort) ? readSort(input.sort, issues) : readPair(input, issues);
  if (isGiven(input.sort)) {
    for (const path of ["sort_by", "sort_order"] as const) {
      if (isGiven(input[path])) issues.push({ path, code: "not_with", params: { other: "sort" } });
    }
  }
  if (wanted.length > MOST_KEYS) {
    issues.push({ path: "sort", code: "too_many_items", params: { max: MOST_KEYS } });
    return DEFAULT_SORT;
  }
  const seen = new Set<unknown>();
  const keys = wanted.flatMap(({ name, descending, path }): SortKey[] => {
    const place = typeof name === "string" ? findSortPlace(entityType, name) : undefined;
    if (!place) issues.push(unusableField(entityType, name, path, sortableNames(entityType)));
    else if (seen.has(name)) issues.push({ path, code: "given_twice" });
    seen.add(name);
    return place ? [{ place, descending }] : [];
  });
  return keys.length > 0 ? keys : DEFAULT_SORT;
}

function isGiven(raw: unknown): boolean {
  return raw !== undefined && raw !== null && raw !== "";
}

function readSort(raw: unknown, issues: Issue[]): Wanted[] {
  if (typeof raw === "string") {
    return raw.split(",").map((item, i) => {
      const name = item.trim();
      const descending = name.startsWith("-");
      return { name: descending ? name.slice(1) : name, descending, path: `sort[${i}]` };
    });
  }
  if (!Array.isArray(raw)) {
    issues.push({ path: "sort", code: "wrong_type", params: { expected: "array", value: sampleOf(raw) } });
    return [];
  }
  return raw.slice(0, MOST_KEYS + 1).map((item: unknown, i) => {
    const path = `sort[${i}]`;
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      issues.push({ path, code: "wrong_type", params: { expected: "object", value: sampleOf(item) } });
      return { name: "position", descending: false, path };
    }
    const { field, order = "asc", ...others } = item as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(others)) {
      issues.push({ path: `${path}.${key}`, code: "unknown_field", params: { allowed: "field, order" } });
    }
    return { name: field, descending: isDescending(order, `${path}.order`, issues), path: `${path}.field` };
  });
}

function readPair({ sort_by: by, sort_order: order }: SortInput, issues: Issue[]): Wanted[] {
  if (!isGiven(by) && !isGiven(order)) return [];
  const descending = isDescending(isGiven(order) ? order : "asc", "sort_order", issues);
  return [{ name: isGiven(by) ? by : "position", descending, path: "sort_by" }];
}

function isDescending(order: unknown, path: string, issues: Issue[]): boolean {
  if (order !== "asc" && order !== "desc") {
    issues.push({
      path,
      code: "invalid_choice",
      params: { value: sampleOf(order), allowed: "asc, desc" },
    });
  }
  return order === "desc";
}
