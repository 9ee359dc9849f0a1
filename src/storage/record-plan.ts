import type { Attribute } from "../domain/attribute-kinds/kind.ts";
import type {
  Bound,
  Comparable,
  FieldPlace,
  FilterNode,
  Leaf,
  RecordQuery,
  RecordSearch,
  Test,
} from "../domain/record-query/checked-query.ts";
import { AppError } from "../errors.ts";

type OneOf = Extract<Test, { type: "is_one_of" }>;

/** What leads to the records of a list, and thereby decides how many rows are read. */
export type Driver =
  /** The type's own order; of one owner's records if given. */
  | { readonly name: "position"; readonly owner: Comparable | undefined }
  /** The index rows of an attribute, in the order of its keys. */
  | {
      readonly name: "sort";
      readonly attribute: Attribute;
      /** The only key that is wanted. */
      readonly equal: Comparable | undefined;
      readonly low: Bound | undefined;
      readonly high: Bound | undefined;
    }
  /** The index rows of an attribute under certain keys; sorted afterwards. */
  | { readonly name: "equality"; readonly attribute: Attribute; readonly test: OneOf }
  | { readonly name: "ids"; readonly test: OneOf }
  /** The records that a search finds; newest first, or sorted afterwards. */
  | { readonly name: "search"; readonly search: RecordSearch }
  /** All records of the type, or of one owner; sorted afterwards. */
  | { readonly name: "scan"; readonly owner: Comparable | undefined }
  | { readonly name: "trash" };

/** How many records a query may look through that no index narrows down. */
export const SCAN_CEILING = 200_000;

/**
 * Chooses the driver of a list.
 * @throws AppError `query_too_expensive` naming the attribute that should be indexed, if one is to blame.
 */
export function planList(query: RecordQuery, recordCount: number): Driver {
  const { filter, sort, inTrash } = query;
  if (inTrash) return { name: "trash" };
  const required = requiredLeaves(filter);
  const direct = planDirect(required);
  if (direct?.name === "ids") return direct;
  if (query.search) return planSearch(query, query.search, recordCount);
  const owner = ownerIn(required);
  const [first] = sort;
  const isSmall = recordCount <= SCAN_CEILING;
  if (first?.place.in === "values" && first.place.attribute.indexed) {
    const { driver, used } = planSort(first.place.attribute, required);
    const isBounded = sort.length === 1 && leavesOf(filter).every((leaf) => used.includes(leaf));
    if (isSmall || isBounded) return driver;
  }
  if (direct) return direct;
  if (sort.length === 1 && first?.place.in === "column" && first.place.column === "position") {
    const rest = leavesOf(filter).filter((leaf) => leaf !== owner?.leaf);
    if (isSmall || rest.length === 0) return { name: "position", owner: owner?.value };
  }
  if (isSmall) return { name: "scan", owner: owner?.value };
  throw new AppError("query_too_expensive", { params: culprit(query) });
}

/**
 * Chooses the driver for counting a list.
 * @throws AppError `query_too_expensive`.
 */
export function planCount(query: RecordQuery, recordCount: number): Driver {
  if (query.inTrash) return { name: "trash" };
  const required = requiredLeaves(query.filter);
  const direct = planDirect(required);
  if (direct) return direct;
  if (query.search) return { name: "search", search: query.search };
  const owner = ownerIn(required)?.value;
  if (recordCount > SCAN_CEILING && !owner) {
    throw new AppError("query_too_expensive", { params: culprit({ ...query, sort: [] }) });
  }
  return { name: "scan", owner };
}

/** Newest first the search itself is the order; any other order, and filters, may take all that is found. */
function planSearch(query: RecordQuery, search: RecordSearch, recordCount: number): Driver {
  const [first] = query.sort;
  const inOrder = first?.place.in === "column" && first.place.column === "number";
  if (recordCount > SCAN_CEILING && !(inOrder && query.filter === undefined && !search.places)) {
    throw new AppError("query_too_expensive", { params: culprit(query) });
  }
  return { name: "search", search };
}

/** What leads straight to the records: their ids, or equality on an indexed attribute. */
function planDirect(required: readonly Leaf[]): Extract<Driver, { name: "ids" | "equality" }> | undefined {
  const equalities = required.flatMap(({ place, test, negated }) =>
    negated || test.type !== "is_one_of" ? [] : [{ place, test }],
  );
  const ids = equalities.find(({ place }) => place.in === "column" && place.column === "id");
  if (ids) return { name: "ids", test: ids.test };
  const indexed = equalities
    .flatMap(({ place, test }) =>
      place.in === "values" && place.attribute.indexed ? [{ attribute: place.attribute, test }] : [],
    )
    .sort((a, b) => promise(b) - promise(a));
  return indexed[0] && { name: "equality", ...indexed[0] };
}

/** Unique values first, then the shortest list; blanks are likely to be many. */
function promise({ attribute, test }: { attribute: Attribute; test: OneOf }): number {
  return (attribute.unique ? 1_000 : 0) - test.values.length - (test.orBlank ? 500 : 0);
}

/** The walk over an attribute's index, and the conditions on the attribute that already narrow it. */
function planSort(attribute: Attribute, required: readonly Leaf[]) {
  const own = required.filter(
    ({ place, negated }) => !negated && place.in === "values" && place.attribute === attribute,
  );
  const used: Leaf[] = [];
  let equal: Comparable | undefined;
  let low: Bound | undefined;
  let high: Bound | undefined;
  for (const leaf of own) {
    const { test } = leaf;
    if (test.type === "is_one_of" && test.values.length === 1 && !test.orBlank && !equal) {
      equal = test.values[0];
    } else if (test.type === "in_range" && !(test.low && low) && !(test.high && high)) {
      low = test.low ?? low;
      high = test.high ?? high;
    } else continue;
    used.push(leaf);
  }
  return { driver: { name: "sort" as const, attribute, equal, low, high }, used };
}

function ownerIn(required: readonly Leaf[]): { leaf: Leaf; value: Comparable } | undefined {
  for (const leaf of required) {
    const { place, test, negated } = leaf;
    if (negated || place.in !== "column" || place.column !== "owner_id") continue;
    const [value] = test.type === "is_one_of" && !test.orBlank ? test.values : [];
    if (test.type === "is_one_of" && test.values.length === 1 && value) return { leaf, value };
  }
  return undefined;
}

/** The attribute whose index would have helped: the one to sort by, else the first that is filtered by. */
function culprit({ sort, filter }: RecordQuery): { attribute: string } | undefined {
  const places = [...sort.slice(0, 1), ...requiredLeaves(filter), ...leavesOf(filter)].map(
    ({ place }) => place,
  );
  const place = places.find(couldBeIndexed);
  return place && { attribute: place.attribute.name };
}

function couldBeIndexed(place: FieldPlace): place is Extract<FieldPlace, { in: "values" }> {
  return place.in === "values" && place.canBeIndexed && !place.attribute.indexed;
}

/** The conditions that every record of the list fulfils: those that stand under nothing but `and`. */
function requiredLeaves(filter: FilterNode | undefined): Leaf[] {
  if (filter?.type === "leaf") return [filter];
  return filter?.type === "and" ? filter.nodes.flatMap(requiredLeaves) : [];
}

function leavesOf(filter: FilterNode | undefined): Leaf[] {
  if (filter === undefined) return [];
  if (filter.type === "leaf") return [filter];
  return filter.type === "not" ? leavesOf(filter.node) : filter.nodes.flatMap(leavesOf);
}
