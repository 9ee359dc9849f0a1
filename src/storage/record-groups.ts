import type { RecordQuery } from "../domain/record-query/checked-query.ts";
import type { BoundJson } from "./bound-json.ts";
import { afterSql, orderSql } from "./record-order-sql.ts";
import { type Choice, type Equality, type OneOf, planWalk, type Walk } from "./record-plan.ts";
import { indexRows, type PageBounds, render } from "./record-query-sql.ts";
import { NO_RECORD, RECORD_COLUMNS } from "./record-rows.ts";

/**
 * All records sorted by an indexed attribute and something else that stands in an order, too: group by group of the
 * attribute's keys. Small groups are read and sorted; in a large one the other order is walked.
 */
export interface Groups {
  readonly walk: Extract<Walk, { name: "sort" }>;
  readonly within: Walk;
}

/** How a list is read group by group; undefined where that is of no use. */
export function planGroups({ filter, sort, search, inTrash }: RecordQuery): Groups | undefined {
  const [first, ...others] = sort;
  if (filter || search || inTrash || !first || others.length === 0) return undefined;
  const everything = { filter, search, inTrash };
  const walk = planWalk({ ...everything, sort: [first] }, [])?.driver;
  const within = planWalk({ ...everything, sort: others }, [])?.driver;
  return walk?.name === "sort" && within ? { walk, within } : undefined;
}

/** The choice within a group of records that have the same key. */
export function choiceWithin({ walk, within }: Groups, key: string | number): Choice {
  const isBlank = key === -Number.MAX_VALUE;
  const test: OneOf = {
    type: "is_one_of",
    values: isBlank ? [] : [{ key, exact: key }],
    orBlank: isBlank,
  };
  const group: Equality = { name: "equality", attribute: walk.attribute, test };
  return { name: "choice", walk: within, collectors: [group], base: undefined, lookups: [group] };
}

/**
 * The statement of the part of a page that comes in small groups of records with the same first sort key. Of so many
 * index rows all groups but the last are known to be whole; the first row tells the key of the last, null where it is
 * whole, too.
 */
export function smallGroupsSql(
  type: number,
  query: RecordQuery,
  walk: Extract<Walk, { name: "sort" }>,
  from: { readonly key: string | number; readonly inclusive: boolean } | undefined,
  page: PageBounds & { readonly entries: number },
  bind: BoundJson,
): string {
  const { join, order } = render(type, query, walk, page.after, bind);
  const [first] = order;
  const [beyond, extreme, direction] = first?.descending ? ["<", "min", "DESC"] : [">", "max", ""];
  const start = from && `i.key ${beyond}${from.inclusive ? "=" : ""} ${bind.value(from.key)}`;
  const rows = [...indexRows(walk.attribute.number), ...(start ? [start] : [])].join(" AND ");
  const stop = "(SELECT key FROM last)";
  const isWhole = `(${stop} IS NULL OR ${beyond === ">" ? `i.key < ${stop}` : `i.key > ${stop}`})`;
  const conditions = page.after ? [isWhole, afterSql(order, bind)] : [isWhole];
  return `WITH entries AS MATERIALIZED (SELECT i.tenant_id, i.key, i.record FROM record_index i WHERE ${rows}
      ORDER BY i.key ${direction}, i.record ${direction} LIMIT ${page.entries}),
    last AS MATERIALIZED (SELECT iif(count(*) = ${page.entries}, ${extreme}(key), NULL) AS key FROM entries)
    SELECT ${stop} AS stop, ${NO_RECORD}
    UNION ALL SELECT * FROM (SELECT NULL AS stop, ${RECORD_COLUMNS} FROM entries i ${join}
      WHERE ${conditions.join(" AND ")} ORDER BY ${orderSql(order)} LIMIT ${page.rows})`;
}
