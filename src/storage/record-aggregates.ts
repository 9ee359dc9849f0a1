import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { AggregateRequest, Bucket, Grouping, Metric } from "../domain/record-query/checked-aggregate.ts";
import type { RecordQuery, ValuePlace } from "../domain/record-query/checked-query.ts";
import { type ClockChange, clockChanges } from "../lib/time-zone.ts";
import { BoundJson } from "./bound-json.ts";
import { type Read, type Row, readMany, type SqlValue } from "./database.ts";
import { comparedSql, valueSql } from "./record-filter-sql.ts";
import { planCount } from "./record-plan.ts";
import { countSql } from "./record-query-sql.ts";

/** A group of records in stored form. */
export interface FoundGroup {
  readonly count: number;
  /** One for each grouping; null for blank. */
  readonly keys: readonly { readonly value: SqlValue; readonly memberName: string | null }[];
  /** One for each metric. */
  readonly figures: readonly Figure[];
}

/** Of `sum` and `avg` all parts, of the others the value alone. */
export interface Figure {
  readonly value: SqlValue;
  /** How many values there are. */
  readonly count: number;
  /** Sum of the whole numbers among them, exact. */
  readonly whole: bigint;
  /** Sum of the others. */
  readonly real: number;
}

/** Sums beyond 2⁶³ make SQLite give up, and D1 hands over no more than 2⁵³: so they travel in two halves. */
const HALF = 1_000_000_000;

export function recordAggregateStore(tenantId: string) {
  return {
    /**
     * Groups with their figures, the largest first or in the order of their keys.
     * @throws AppError `query_too_expensive`.
     */
    groups(
      entityType: EntityType,
      query: RecordQuery,
      { groupings, metrics }: AggregateRequest,
      options: { readonly timeZone: string; readonly limit: number; readonly largestFirst: boolean },
    ): Read<FoundGroup[]> {
      const bind = new BoundJson();
      const driver = planCount(query, entityType.recordCount);
      const from = countSql(entityType.number, query, driver, bind);
      const columns = [
        "count(*) AS n",
        ...groupings.flatMap((grouping, i) => [
          `${groupSql(grouping, options.timeZone)} AS g${i}`,
          // Texts that are equal when folded are one group; it shows one of them.
          `${grouping.bucket || isColumn(grouping.place) ? "NULL" : `min(${shownSql(grouping.place)})`} AS s${i}`,
        ]),
        ...metrics.flatMap((metric, i) => metricSql(metric, i)),
      ];
      const keys = groupings.map((_, i) => `g${i}`);
      const order = options.largestFirst ? ["n DESC", ...keys] : keys;
      const groupBy = keys.length > 0 ? ` GROUP BY ${keys.join(", ")} ORDER BY ${order.join(", ")}` : "";
      const names = groupings.flatMap(({ ofMembers }, i) =>
        ofMembers
          ? [`(SELECT m.full_name FROM members m WHERE m.tenant_id = ?1 AND m.id = t.g${i}) AS m${i}`]
          : [],
      );
      const sql = `SELECT t.*${names.map((name) => `, ${name}`).join("")}
        FROM (SELECT ${columns.join(", ")} ${from}${groupBy} LIMIT ${bind.value(options.limit)}) t`;
      return readMany({ sql, params: bind.params(tenantId) }, (row) => ({
        count: Number(row.n),
        keys: groupings.map((_, i) => ({
          value: row[`s${i}`] ?? row[`g${i}`] ?? null,
          memberName: (row[`m${i}`] ?? null) as string | null,
        })),
        figures: metrics.map((_, i) => figureIn(row, i)),
      }));
    },
  };
}

function isColumn(place: ValuePlace): boolean {
  return place.in === "column";
}

function shownSql(place: ValuePlace): string {
  return place.in === "column" ? `r.${place.column}` : valueSql(place.attribute);
}

function groupSql({ place, bucket, isMoment }: Grouping, timeZone: string): string {
  const value = comparedSql(place);
  if (!bucket) return value;
  return bucketSql(isMoment ? dayInZoneSql(value, timeZone) : value, bucket);
}

/** SQL for the day on which a moment is in the time zone; blank stays blank. */
function dayInZoneSql(moment: string, timeZone: string): string {
  const shift = (minutes: number) => `date(${moment}, '${minutes >= 0 ? "+" : ""}${minutes} minutes')`;
  const [first, ...later] = clockChanges(timeZone);
  if (!first) throw new Error("a time zone has an offset");
  const steps = later.map(({ from }, i) => {
    const before = [first, ...later][i] as ClockChange;
    return `WHEN ${moment} < '${new Date(from).toISOString()}' THEN ${shift(before.minutes)}`;
  });
  const last = shift((later.at(-1) ?? first).minutes);
  return steps.length === 0 ? last : `CASE ${steps.join(" ")} ELSE ${last} END`;
}

function bucketSql(day: string, bucket: Bucket): string {
  switch (bucket) {
    case "day":
      return day;
    case "week":
      // The Monday on or before the day.
      return `date(${day}, 'weekday 0', '-6 days')`;
    case "month":
      return `substr(${day}, 1, 7)`;
    case "quarter":
      return `substr(${day}, 1, 4) || '-Q' || ((substr(${day}, 6, 2) + 2) / 3)`;
    case "year":
      return `substr(${day}, 1, 4)`;
  }
}

function metricSql({ function: name, place }: Metric, i: number): string[] {
  if (!place) return [`count(*) AS v${i}`];
  const value = comparedSql(place);
  if (name === "count" || name === "min" || name === "max") return [`${name}(${value}) AS v${i}`];
  const whole = `CASE WHEN typeof(${value}) = 'integer' THEN ${value} END`;
  return [
    `count(${value}) AS c${i}`,
    `sum((${whole}) / ${HALF}) AS h${i}`,
    `sum((${whole}) % ${HALF}) AS l${i}`,
    `sum(CASE WHEN typeof(${value}) = 'real' THEN ${value} END) AS f${i}`,
  ];
}

function figureIn(row: Row, i: number): Figure {
  const part = (letter: string) => Number(row[`${letter}${i}`] ?? 0);
  return {
    value: row[`v${i}`] ?? null,
    count: part("c"),
    whole: BigInt(part("h")) * BigInt(HALF) + BigInt(part("l")),
    real: part("f"),
  };
}
