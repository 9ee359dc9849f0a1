import type { Attribute, AttributeLink, IndexKey } from "../domain/attribute-kinds/kind.ts";
import type {
  Bound,
  Comparable,
  FieldPlace,
  Leaf,
  RecordQuery,
  RecordSearch,
  Test,
  ValuePlace,
} from "../domain/record-query/checked-query.ts";
import { AppError } from "../errors.ts";
import { conditionsIn, requiredLeaves } from "./filter-conditions.ts";

export type OneOf = Extract<Test, { type: "is_one_of" }>;

/** What leads to the records of a list, and thereby decides how many rows are read. */
export type Driver = Walk | Collector | { readonly name: "trash" } | { readonly name: "scan" };

/** Leads to records in the order that is asked for, and so stops as soon as the page is full. */
export type Walk =
  /** The type's own order; of one owner's records if given. */
  | { readonly name: "position"; readonly owner: Comparable | undefined }
  /** The order in which the records were created. */
  | { readonly name: "creation"; readonly low: Bound | undefined; readonly high: Bound | undefined }
  /** The index rows of an attribute, in the order of its keys. */
  | {
      readonly name: "sort";
      readonly attribute: Attribute;
      /** The only key that is wanted. */
      readonly equal: Comparable | undefined;
      readonly low: Bound | undefined;
      readonly high: Bound | undefined;
    }
  /** What a search finds, newest first. */
  | Search;

/** Leads straight to all records that could be wanted; they are sorted afterwards. */
export type Collector =
  /** The index rows of an attribute under certain keys. */
  | Equality
  | { readonly name: "ids"; readonly test: OneOf }
  | Linked
  | { readonly name: "owner"; readonly owner: Comparable }
  | Search;

export interface Equality {
  readonly name: "equality";
  readonly attribute: Attribute;
  readonly test: OneOf;
}

/** What is linked to certain records: one row of the table of links for each. */
export interface Linked {
  readonly name: "links";
  readonly link: AttributeLink;
  /** The ids of those records; a record of the list is linked to one of them at least. */
  readonly ids: readonly IndexKey[];
  /** The condition that it takes care of, unless it asks for more. */
  readonly leaf: Leaf | undefined;
}

interface Search {
  readonly name: "search";
  readonly search: RecordSearch;
}

/**
 * Where it depends on the numbers of records which driver is the best: the statement estimates them first. Few are
 * collected and sorted; with many, walking in the order of the list soon fills the page.
 */
export interface Choice {
  readonly name: "choice";
  /** Undefined where nothing stands in the order of the list. */
  readonly walk: Walk | undefined;
  /** One to three. */
  readonly collectors: readonly Collector[];
  /** Which of the collectors the walk is itself confined to. */
  readonly base: Collector | undefined;
  /** Conditions that the walk looks up in the index before it goes to a record. */
  readonly lookups: readonly Equality[];
}

/** How many records a query may look through that no index narrows down, what they are linked to included. */
export const SCAN_CEILING = 200_000;
/** What is read to look at one linked record: its link, its place in the index, itself. */
const HOP_ROWS = 3;
/** Together with a walk and the choice itself five, which is what D1 takes in one compound. */
const MOST_COLLECTORS = 3;
/** Keys that a walk looks up for each record. */
const MOST_LOOKED_UP = 8;

/**
 * Chooses the driver of a list.
 * @throws AppError `query_too_expensive` naming the attribute that should be indexed, if one is to blame.
 */
export function planList(query: RecordQuery, recordCount: number): Driver | Choice {
  if (query.inTrash) return { name: "trash" };
  const required = requiredLeaves(query.filter);
  const equalities = equalitiesIn(required);
  const exact = idsIn(required) ?? equalities.find(leadsToFew);
  if (exact) return exact;

  const isSmall = canScan(query, recordCount);
  const walk = planWalk(query, required);
  if (walk?.isAll && (isSmall || query.sort.length === 1)) return walk.driver;
  const owner = ownerIn(required)?.value;
  const collectors: Collector[] = [
    ...(query.search && walk?.driver.name !== "search"
      ? [{ name: "search" as const, search: query.search }]
      : []),
    ...(owner ? [{ name: "owner" as const, owner }] : []),
    ...linkedIn(required),
    ...equalities,
  ].slice(0, MOST_COLLECTORS);
  const base = walk && collectors.find((collector) => isConfinedTo(walk.driver, collector));
  const [only] = collectors;
  if (isSmall) {
    if (walk && collectors.every((collector) => collector === base)) return walk.driver;
    if (!walk && collectors.length === 1 && only) return only;
    if (!only) return { name: "scan" };
  }
  if (!only) throw tooExpensive(query);
  const lookups = equalities.filter(
    (equality) => equality !== base && equality.test.values.length <= MOST_LOOKED_UP,
  );
  return { name: "choice", walk: walk?.driver, collectors, base, lookups };
}

/**
 * Chooses the driver for counting a list.
 * @throws AppError `query_too_expensive`.
 */
export function planCount(query: RecordQuery, recordCount: number): Driver {
  if (query.inTrash) return { name: "trash" };
  const required = requiredLeaves(query.filter);
  const direct = idsIn(required) ?? linkedIn(required)[0] ?? equalitiesIn(required)[0];
  if (direct) return direct;
  if (query.search) return { name: "search", search: query.search };
  const owner = ownerIn(required)?.value;
  if (owner) return { name: "owner", owner };
  if (!canScan(query, recordCount)) throw tooExpensive({ ...query, sort: [] });
  return { name: "scan" };
}

/** The refusal of a query; it names the attribute whose index would have helped. */
export function tooExpensive(query: RecordQuery): AppError {
  return new AppError("query_too_expensive", { params: culprit(query) });
}

/** Whether all records may be looked through, each with what it is linked to where a condition looks at that. */
function canScan({ filter }: RecordQuery, recordCount: number): boolean {
  const hops = conditionsIn(filter).filter((one) => one.type === "hop").length;
  return recordCount * (1 + HOP_ROWS * hops) <= SCAN_CEILING;
}

function idsIn(required: readonly Leaf[]): Collector | undefined {
  for (const { place, test, negated } of required) {
    if (negated || test.type !== "is_one_of") continue;
    if (place.in === "column" && place.column === "id") return { name: "ids", test };
  }
  return undefined;
}

/** Conditions that want certain records at the other side of a relation. */
function linkedIn(required: readonly Leaf[]): Linked[] {
  return required.flatMap((leaf): Linked[] => {
    const { place, test, negated } = leaf;
    if (negated || place.in !== "links") return [];
    const { link } = place;
    if (test.type === "is_one_of" && !test.orBlank && test.values.length > 0) {
      return [{ name: "links", link, ids: test.values.map(({ exact }) => exact), leaf }];
    }
    if (test.type !== "has_items" || test.items.length === 0) return [];
    return [
      { name: "links", link, ids: test.items, leaf: test.all && test.items.length > 1 ? undefined : leaf },
    ];
  });
}

/** Equalities on indexed attributes, the most promising first. */
function equalitiesIn(required: readonly Leaf[]): Equality[] {
  return required
    .flatMap(({ place, test, negated }): Equality[] => {
      if (negated || test.type !== "is_one_of" || place.in !== "values" || !place.attribute.indexed)
        return [];
      return [{ name: "equality", attribute: place.attribute, test }];
    })
    .sort((a, b) => promise(b) - promise(a));
}

/** Unique values first, then the shortest list; blanks are likely to be many. */
function promise({ attribute, test }: Equality): number {
  return (attribute.unique ? 1_000 : 0) - test.values.length - (test.orBlank ? 500 : 0);
}

function leadsToFew({ attribute, test }: Equality): boolean {
  return attribute.unique && !test.orBlank;
}

function isConfinedTo(walk: Walk, collector: Collector): boolean {
  if (collector.name === "owner") return walk.name === "position" && walk.owner !== undefined;
  if (collector.name !== "equality" || walk.name !== "sort") return false;
  const [value] = collector.test.values;
  return walk.attribute === collector.attribute && walk.equal !== undefined && walk.equal === value;
}

/** A walk in the order of the list, and whether all that it comes by belongs to the list. */
interface PlannedWalk {
  readonly driver: Walk;
  readonly isAll: boolean;
}

export function planWalk(query: RecordQuery, required: readonly Leaf[]): PlannedWalk | undefined {
  const { sort, search, filter } = query;
  const [first] = sort;
  if (!first) return undefined;
  const { place } = first;
  const walk = (driver: Walk, used: readonly Leaf[]): PlannedWalk => {
    const isFound = !search || (driver.name === "search" && !search.places);
    return {
      driver,
      isAll: isFound && conditionsIn(filter).every((one) => one.type === "leaf" && used.includes(one)),
    };
  };
  if (place.in === "values") {
    if (!place.attribute.indexed) return undefined;
    const { used, ...bounds } = boundsOn(required, (other) => isSame(place, other));
    return walk({ name: "sort", attribute: place.attribute, ...bounds }, used);
  }
  if (sort.length > 1) return undefined;
  switch (place.column) {
    case "number":
      return search && walk({ name: "search", search }, []);
    case "position": {
      const owner = ownerIn(required);
      return walk({ name: "position", owner: owner?.value }, owner ? [owner.leaf] : []);
    }
    case "created_at": {
      const { low, high, used } = boundsOn(required, (other) => isSame(place, other));
      return walk(
        { name: "creation", low, high },
        used.filter(({ test }) => test.type === "in_range"),
      );
    }
    default:
      return undefined;
  }
}

/** What the required conditions on a field confine a walk along it to, and which of them that takes care of. */
function boundsOn(required: readonly Leaf[], isThere: (place: FieldPlace) => boolean) {
  const used: Leaf[] = [];
  let equal: Comparable | undefined;
  let low: Bound | undefined;
  let high: Bound | undefined;
  for (const leaf of required) {
    const { place, test, negated } = leaf;
    if (negated || !isThere(place)) continue;
    if (test.type === "is_one_of" && test.values.length === 1 && !test.orBlank && !equal) {
      equal = test.values[0];
    } else if (test.type === "in_range" && !(test.low && low) && !(test.high && high)) {
      low = test.low ?? low;
      high = test.high ?? high;
    } else continue;
    used.push(leaf);
  }
  return { equal, low, high, used };
}

function isSame(place: ValuePlace, other: FieldPlace): boolean {
  if (place.in === "values") return other.in === "values" && other.attribute === place.attribute;
  return other.in === "column" && other.column === place.column;
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
  const leaves = [...requiredLeaves(filter), ...conditionsIn(filter).filter((one) => one.type === "leaf")];
  const place = [...sort.slice(0, 1), ...leaves].map((one) => one.place).find(couldBeIndexed);
  return place && { attribute: place.attribute.name };
}

function couldBeIndexed(place: FieldPlace): place is Extract<FieldPlace, { in: "values" }> {
  return place.in === "values" && place.canBeIndexed && !place.attribute.indexed;
}
