import type {
  Bound,
  PagePlace,
  RecordQuery,
  RecordSearch,
  SortKey,
} from "../domain/record-query/checked-query.ts";
import type { BoundJson } from "./bound-json.ts";
import { BLANK_KEY, equalsSql, filterSql, searchPlacesSql, sortSql } from "./record-filter-sql.ts";
import type { Driver } from "./record-plan.ts";
import { firstRowid, isFoundSql, matchSql, upperEndSql } from "./record-search.ts";

/** A term of the order, with the key at which the page before ended. */
interface OrderTerm {
  readonly sql: string;
  readonly descending: boolean;
  readonly after: string | number | undefined;
}

/** How a driver reaches the records `r`, and by what they are ordered. */
interface Rendered {
  readonly from: string;
  readonly where: readonly string[];
  readonly order: readonly OrderTerm[];
}

/** FROM … LIMIT of a page; `?1` is the tenant, `?2` what `bind` holds; columns are the caller's. */
export function pageSql(
  type: number,
  query: RecordQuery,
  driver: Driver,
  page: { readonly after: PagePlace | undefined; readonly skip: number; readonly rows: number },
  bind: BoundJson,
): string {
  const { from, where, order } = render(type, query, driver, page.after, bind);
  const conditions = [...where];
  if (page.after) conditions.push(afterSql(order, bind));
  conditions.push(...passesSql(type, query, driver, bind));
  const orderBy = order.map(({ sql, descending }) => `${sql}${descending ? " DESC" : ""}`).join(", ");
  const offset = page.skip > 0 ? ` OFFSET ${bind.value(page.skip)}` : "";
  return `${from} WHERE ${conditions.join(" AND ")} ORDER BY ${orderBy} LIMIT ${bind.value(page.rows)}${offset}`;
}

/** FROM … WHERE of a count. */
export function countSql(type: number, query: RecordQuery, driver: Driver, bind: BoundJson): string {
  const { from, where } = render(type, query, driver, undefined, bind);
  const conditions = [...where, ...passesSql(type, query, driver, bind)];
  return `${from} WHERE ${conditions.join(" AND ")}`;
}

/** What is checked on each record that the driver leads to. */
function passesSql(type: number, { filter, search }: RecordQuery, driver: Driver, bind: BoundJson): string[] {
  return [
    ...(search && driver.name !== "search" ? [isFoundSql(type, search, bind)] : []),
    ...(search?.places ? [searchPlacesSql(search, search.places, bind)] : []),
    ...(filter ? [filterSql(filter, bind)] : []),
  ];
}

function render(
  type: number,
  { sort }: RecordQuery,
  driver: Driver,
  after: PagePlace | undefined,
  bind: BoundJson,
): Rendered {
  const here = `r.tenant_id = ?1 AND r.type = ${type} AND r.deleted_at IS NULL`;
  const order = orderTerms(sort, after);
  switch (driver.name) {
    case "position":
    case "scan":
      return {
        from: `FROM records r INDEXED BY ${driver.owner ? "records_by_owner" : "records_by_position"}`,
        where: driver.owner ? [here, `r.owner_id = ${bind.value(driver.owner.exact)}`] : [here],
        order,
      };
    case "ids":
      return {
        from: "FROM records r INDEXED BY records_by_id",
        where: [here, `r.id ${equalsSql(keys(driver.test.values), bind)}`],
        order,
      };
    case "equality": {
      const wanted = keys(driver.test.values);
      if (driver.test.orBlank) wanted.push(-Number.MAX_VALUE);
      return {
        from: fromIndex(type),
        where: [...indexRows(driver.attribute.number), `i.key ${equalsSql(wanted, bind)}`],
        order,
      };
    }
    case "search":
      return renderSearch(type, driver.search, sort, order, bind);
    case "sort":
      return renderSort(type, driver, order, bind);
    case "trash":
      return {
        from: "FROM records r INDEXED BY records_in_trash",
        where: [`r.tenant_id = ?1 AND r.type = ${type} AND r.deleted_at IS NOT NULL`],
        order: [
          { sql: "r.deleted_at", descending: true, after: after?.[0] },
          { sql: "r.number", descending: true, after: after?.[1] },
        ],
      };
  }
}

function renderSort(
  type: number,
  { attribute, equal, low, high }: Extract<Driver, { name: "sort" }>,
  order: readonly OrderTerm[],
  bind: BoundJson,
): Rendered {
  const [first, ...others] = order;
  const tie = others.pop();
  if (!first || !tie) throw new Error("a list has an order");
  const walk = [{ ...first, sql: "i.key" }, ...others, { ...tie, sql: "i.record" }];
  const where = indexRows(attribute.number);
  if (equal) {
    return {
      from: fromIndex(type),
      where: [...where, `i.key = ${bind.value(equal.key)}`],
      order: walk.slice(1),
    };
  }
  // Beyond the first page the place where it ended is the nearer bound on its side, and has to be the only one:
  // SQLite starts from one of them, and from the outer one it would walk all pages again.
  const continues = first.after !== undefined;
  const needsLow = !continues || first.descending;
  const needsHigh = !continues || !first.descending;
  if (low && needsLow) where.push(boundSql(low, ">", bind));
  // Blanks lie below every range.
  else if (high && needsLow) where.push(`i.key > ${BLANK_KEY}`);
  if (high && needsHigh) where.push(boundSql(high, "<", bind));
  return { from: fromIndex(type), where, order: walk };
}

/** The rowids are in the order of the records' numbers. */
function renderSearch(
  type: number,
  search: RecordSearch,
  [first]: readonly SortKey[],
  order: readonly OrderTerm[],
  bind: BoundJson,
): Rendered {
  const from = `FROM record_search s CROSS JOIN records r
    ON r.tenant_id = ?1 AND r.type = ${type} AND r.number = s.rowid - ${firstRowid(type)} AND r.deleted_at IS NULL`;
  const where = [matchSql(type, search, bind)];
  const [, tie] = order;
  const isNewestFirst = first?.place.in === "column" && first.place.column === "number";
  if (!isNewestFirst || !tie) {
    return { from, where: [...where, upperEndSql(type)], order };
  }
  if (tie.after === undefined) where.push(upperEndSql(type));
  const after = tie.after === undefined ? undefined : Number(tie.after) + Number(firstRowid(type));
  return {
    from,
    where,
    order: [{ sql: "s.rowid", descending: tie.descending, after }],
  };
}

function fromIndex(type: number): string {
  return `FROM record_index i CROSS JOIN records r
    ON r.tenant_id = i.tenant_id AND r.type = ${type} AND r.number = i.record AND r.deleted_at IS NULL`;
}

function indexRows(attribute: number): string[] {
  return [`i.tenant_id = ?1 AND i.attribute = ${attribute}`];
}

function boundSql({ value, inclusive }: Bound, beyond: "<" | ">", bind: BoundJson): string {
  return `i.key ${beyond}${inclusive ? "=" : ""} ${bind.value(value.key)}`;
}

function keys(values: readonly { readonly key: string | number }[]): (string | number)[] {
  return values.map(({ key }) => key);
}

/** The sort keys, then the record's number in the direction of the first, which is the one that indexes have. */
function orderTerms(sort: readonly SortKey[], after: PagePlace | undefined): OrderTerm[] {
  const terms = sort.map(({ place, descending }, i) => ({
    sql: sortSql(place),
    descending,
    after: after?.[i],
  }));
  const descending = sort[0]?.descending ?? false;
  return [...terms, { sql: "r.number", descending, after: after?.[sort.length] }];
}

/** SQL for what comes after the place where the page before ended. */
function afterSql(order: readonly OrderTerm[], bind: BoundJson): string {
  const bound = order.map(({ sql, descending, after }) => {
    if (after === undefined) throw new Error("the cursor's place does not fit the order");
    return { sql, after: bind.value(after), beyond: descending ? "<" : ">" };
  });
  const [first] = bound;
  if (!first) throw new Error("a list has an order");
  const tuple = (part: readonly string[]) => (part.length === 1 ? part[0] : `(${part.join(", ")})`);
  if (bound.every(({ beyond }) => beyond === first.beyond)) {
    return `${tuple(bound.map(({ sql }) => sql))} ${first.beyond} ${tuple(bound.map(({ after }) => after))}`;
  }
  // Mixed directions: beyond in the first term that differs. The bound in front is what an index can start from.
  const beyond = bound.reduceRight((rest, { sql, after, beyond: sign }) => {
    const here = `${sql} ${sign} ${after}`;
    return rest === "" ? here : `(${here} OR (${sql} = ${after} AND ${rest}))`;
  }, "");
  return `${first.sql} ${first.beyond}= ${first.after} AND ${beyond}`;
}
