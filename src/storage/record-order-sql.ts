import type { PagePlace, RecordQuery } from "../domain/record-query/checked-query.ts";
import type { BoundJson } from "./bound-json.ts";
import { sortSql } from "./record-filter-sql.ts";

/** A term of the order, with the key at which the page before ended. */
export interface OrderTerm {
  readonly sql: string;
  readonly descending: boolean;
  readonly after: string | number | undefined;
}

/** The sort keys, then the record's number in the direction of the first, which is the one that indexes have. */
export function orderTerms({ sort, tiesDescending }: RecordQuery, after: PagePlace | undefined): OrderTerm[] {
  const terms = sort.map(({ place, descending }, i) => ({
    sql: sortSql(place),
    descending,
    after: after?.[i],
  }));
  const descending = tiesDescending ?? sort[0]?.descending ?? false;
  return [...terms, { sql: "r.number", descending, after: after?.[sort.length] }];
}

export function orderSql(order: readonly OrderTerm[]): string {
  return order.map(({ sql, descending }) => `${sql}${descending ? " DESC" : ""}`).join(", ");
}

/** SQL for what comes after the place where the page before ended. */
export function afterSql(order: readonly OrderTerm[], bind: BoundJson): string {
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
