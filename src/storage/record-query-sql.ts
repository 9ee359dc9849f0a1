import type {
  Bound,
  Comparable,
  PagePlace,
  RecordQuery,
  RecordSearch,
  SortKey,
} from "../domain/record-query/checked-query.ts";
import type { BoundJson } from "./bound-json.ts";
import { withoutLeaf } from "./filter-conditions.ts";
import { BLANK_KEY, equalsSql, filterSql, searchPlacesSql } from "./record-filter-sql.ts";
import { linkedSql } from "./record-links.ts";
import { afterSql, type OrderTerm, orderSql, orderTerms } from "./record-order-sql.ts";
import type { Collector, Driver, OneOf, Walk } from "./record-plan.ts";
import { firstRowid, isFoundSql, matchSql, upperEndSql } from "./record-search.ts";

/** How a driver reaches the records `r`, and by what they are ordered. */
interface Rendered {
  /** FROM, up to what joins `r` where that is not what it begins with. */
  readonly from: string;
  readonly join: string;
  readonly where: readonly string[];
  readonly order: readonly OrderTerm[];
  /** SQL for the number of a record that needs no `r` to be joined. */
  readonly number: string;
}

export interface PageBounds {
  /** Where the page before ended. */
  readonly after: PagePlace | undefined;
  readonly skip: number;
  readonly rows: number;
}

/** FROM … LIMIT of a page; `?1` is the tenant, `?2` what `bind` holds; columns are the caller's. */
export function pageSql(
  type: number,
  query: RecordQuery,
  driver: Driver,
  page: PageBounds,
  bind: BoundJson,
): string {
  const { from, join, where, order } = render(type, query, driver, page.after, bind);
  const conditions = [...where];
  if (page.after) conditions.push(afterSql(order, bind));
  conditions.push(...passesSql(type, query, driver, bind));
  return `${from} ${join} ${whereSql(conditions)}
    ORDER BY ${orderSql(order)} LIMIT ${bind.value(page.rows)} ${offsetSql(page, bind)}`;
}

/** SELECT of the numbers of the records that a walk comes by, in its order and beyond the page before. */
export function stepsSql(
  type: number,
  query: RecordQuery,
  walk: Walk,
  after: PagePlace | undefined,
  bind: BoundJson,
): string {
  const { from, join, where, order, number } = render(type, query, walk, after, bind);
  const conditions = after ? [...where, afterSql(order, bind)] : where;
  // What follows an attribute's key in the order stands in the record.
  const needsRecord = walk.name === "sort" && query.sort.length > 1;
  return `SELECT ${number} AS number ${from} ${needsRecord ? join : ""}
    ${whereSql(conditions)} ORDER BY ${orderSql(order)}`;
}

/** SELECT of the numbers of all records of the list beyond the page before, collected and sorted. */
export function collectedSql(
  type: number,
  query: RecordQuery,
  collector: Collector,
  after: PagePlace | undefined,
  bind: BoundJson,
): string {
  const { from, join, where, order } = render(type, query, collector, after, bind);
  const conditions = [...where];
  if (after) conditions.push(afterSql(order, bind));
  conditions.push(...passesSql(type, query, collector, bind));
  return `SELECT r.number AS number ${from} ${join}
    ${whereSql(conditions)} ORDER BY ${orderSql(order)}`;
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}

export function offsetSql({ skip }: PageBounds, bind: BoundJson): string {
  return skip > 0 ? `OFFSET ${bind.value(skip)}` : "";
}

/** FROM … WHERE of a count. */
export function countSql(type: number, query: RecordQuery, driver: Driver, bind: BoundJson): string {
  const { from, join, where } = render(type, query, driver, undefined, bind);
  const conditions = [...where, ...passesSql(type, query, driver, bind)];
  return `${from} ${join} ${whereSql(conditions)}`;
}

/** What is checked on each record that the driver leads to. */
export function passesSql(
  type: number,
  { filter, search }: RecordQuery,
  driver: Driver,
  bind: BoundJson,
): string[] {
  const rest = driver.name === "links" && driver.leaf ? withoutLeaf(filter, driver.leaf) : filter;
  return [
    ...(search && driver.name !== "search" ? [isFoundSql(type, search, bind)] : []),
    ...(search?.places ? [searchPlacesSql(search, search.places, bind)] : []),
    ...(rest ? [filterSql(rest, bind)] : []),
  ];
}

export function render(
  type: number,
  query: RecordQuery,
  driver: Driver,
  after: PagePlace | undefined,
  bind: BoundJson,
): Rendered {
  const here = `r.tenant_id = ?1 AND r.type = ${type} AND r.deleted_at IS NULL`;
  const order = orderTerms(query, after);
  const straight = (index: string, where: readonly string[]) => ({
    from: `FROM records r INDEXED BY ${index}`,
    join: "",
    where,
    order,
    number: "r.number",
  });
  switch (driver.name) {
    case "scan":
      return straight("records_by_position", [here]);
    case "owner":
      return straight("records_by_owner", [here, ownerSql(driver.owner, bind)]);
    case "position":
      return driver.owner
        ? straight("records_by_owner", [here, ownerSql(driver.owner, bind)])
        : straight("records_by_position", [here]);
    case "creation":
      return straight("records_by_creation", [here, ...boundsSql("r.created_at", driver, order[0], bind)]);
    case "ids":
      return straight("records_by_id", [here, `r.id ${equalsSql(keys(driver.test.values), bind)}`]);
    case "equality":
      return {
        ...fromIndex(type),
        where: [...indexRows(driver.attribute.number), `i.key ${equalsSql(wantedKeys(driver.test), bind)}`],
        order,
      };
    case "links": {
      const join = `CROSS JOIN records r ON ${here} AND r.number = i.number`;
      return { from: `FROM (${linkedSql(driver, bind)}) i`, join, where: [], order, number: "i.number" };
    }
    case "search":
      return renderSearch(type, driver.search, query.sort, order, bind);
    case "sort":
      return renderSort(type, driver, order, bind);
    case "trash":
      return {
        ...straight("records_in_trash", [
          `r.tenant_id = ?1 AND r.type = ${type} AND r.deleted_at IS NOT NULL`,
        ]),
        order: [
          { sql: "r.deleted_at", descending: true, after: after?.[0] },
          { sql: "r.number", descending: true, after: after?.[1] },
        ],
      };
  }
}

function renderSort(
  type: number,
  driver: Extract<Driver, { name: "sort" }>,
  order: readonly OrderTerm[],
  bind: BoundJson,
): Rendered {
  const [first, ...others] = order;
  const tie = others.pop();
  if (!first || !tie) throw new Error("a list has an order");
  const walk = [{ ...first, sql: "i.key" }, ...others, { ...tie, sql: "i.record" }];
  const rows = indexRows(driver.attribute.number);
  if (driver.equal) {
    const where = [...rows, `i.key = ${bind.value(driver.equal.key)}`];
    return { ...fromIndex(type), where, order: walk.slice(1) };
  }
  return { ...fromIndex(type), where: [...rows, ...boundsSql("i.key", driver, first, bind)], order: walk };
}

/**
 * The bounds of a walk along a column. Beyond the first page the place where it ended is the nearer bound on its side,
 * and has to be the only one: SQLite starts from one of them, and from the outer one it would walk all pages again.
 */
function boundsSql(
  column: string,
  { low, high }: { readonly low: Bound | undefined; readonly high: Bound | undefined },
  first: OrderTerm | undefined,
  bind: BoundJson,
): string[] {
  const continues = first?.after !== undefined;
  const needsLow = !continues || first.descending;
  const needsHigh = !continues || !first.descending;
  const where: string[] = [];
  if (low && needsLow) where.push(boundSql(column, low, ">", bind));
  // Blanks lie below every range.
  else if (high && needsLow) where.push(`${column} > ${BLANK_KEY}`);
  if (high && needsHigh) where.push(boundSql(column, high, "<", bind));
  return where;
}

/** The rowids are in the order of the records' numbers. */
function renderSearch(
  type: number,
  search: RecordSearch,
  [first]: readonly SortKey[],
  order: readonly OrderTerm[],
  bind: BoundJson,
): Rendered {
  const source = {
    from: "FROM record_search s",
    join: `CROSS JOIN records r ON r.tenant_id = ?1 AND r.type = ${type}
      AND r.number = s.rowid - ${firstRowid(type)} AND r.deleted_at IS NULL`,
    number: `s.rowid - ${firstRowid(type)}`,
  };
  const where = [matchSql(type, search, bind)];
  const [, tie] = order;
  const isNewestFirst = first?.place.in === "column" && first.place.column === "number";
  if (!isNewestFirst || !tie) {
    return { ...source, where: [...where, upperEndSql(type)], order };
  }
  if (tie.after === undefined) where.push(upperEndSql(type));
  const after = tie.after === undefined ? undefined : Number(tie.after) + Number(firstRowid(type));
  return {
    ...source,
    where,
    order: [{ sql: "s.rowid", descending: tie.descending, after }],
  };
}

function fromIndex(type: number): Pick<Rendered, "from" | "join" | "number"> {
  return {
    from: "FROM record_index i",
    join: `CROSS JOIN records r
      ON r.tenant_id = i.tenant_id AND r.type = ${type} AND r.number = i.record AND r.deleted_at IS NULL`,
    number: "i.record",
  };
}

export function indexRows(attribute: number): string[] {
  return [`i.tenant_id = ?1 AND i.attribute = ${attribute}`];
}

function ownerSql({ exact }: Comparable, bind: BoundJson): string {
  return `r.owner_id = ${bind.value(exact)}`;
}

function boundSql(column: string, { value, inclusive }: Bound, beyond: "<" | ">", bind: BoundJson): string {
  return `${column} ${beyond}${inclusive ? "=" : ""} ${bind.value(value.key)}`;
}

/** Keys under which the index rows stand that an equality wants. */
export function wantedKeys({ values, orBlank }: OneOf): (string | number)[] {
  return orBlank ? [...keys(values), -Number.MAX_VALUE] : keys(values);
}

function keys(values: readonly { readonly key: string | number }[]): (string | number)[] {
  return values.map(({ key }) => key);
}
