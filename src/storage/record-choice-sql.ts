import type { RecordQuery } from "../domain/record-query/checked-query.ts";
import type { BoundJson } from "./bound-json.ts";
import type { Row } from "./database.ts";
import { estimateSql, type ProbeSizes, type TypeSize } from "./record-estimate-sql.ts";
import { equalsSql } from "./record-filter-sql.ts";
import { type Choice, type Collector, type Equality, SCAN_CEILING, type Walk } from "./record-plan.ts";
import {
  collectedSql,
  offsetSql,
  type PageBounds,
  passesSql,
  stepsSql,
  wantedKeys,
} from "./record-query-sql.ts";
import { NO_RECORD, RECORD_COLUMNS } from "./record-rows.ts";

/** Rows that are read for each record that is collected. */
const COLLECTED = 2;

/** How drivers are weighed against each other; other weights read other rows and find the same. */
export interface Tuning extends ProbeSizes {
  /** By how much a walk is thought to be longer than if the records stood in it in no particular order. */
  readonly caution: number;
  /** A walk gives up after so many times the steps that it was expected to take … */
  readonly patience: number;
  /** … but not before so many steps for each record that could be collected instead. */
  readonly worth: number;
  /** Index rows that are read in search of small groups, for each row of the page. */
  readonly entries: number;
}

export const TUNING: Tuning = { sample: 32, owned: 400, caution: 1, patience: 2, worth: 0.5, entries: 2 };

/** What the statement chose, as its first row tells. */
export interface Decision {
  /** 0 for the walk, else which collector, counted from 1; -1 when there is none that is cheap enough. */
  readonly plan: number;
  /** The collector that leads to the fewest records. */
  readonly best: number;
  /** How many those are, estimated. */
  readonly matches: number;
  /** After how many records the walk gives up; -1 for never. */
  readonly steps: number;
}

export function toDecision(row: Row | undefined): Decision {
  const { plan, best, matches, steps } = row ?? {};
  return { plan: Number(plan), best: Number(best), matches: Number(matches), steps: Number(steps) };
}

const NO_DECISION = "NULL AS plan, NULL AS best, NULL AS matches, NULL AS steps";

/**
 * The statement of a page that estimates first and then takes one of the ways: the others find their LIMIT to be 0 and
 * read nothing. The first row is the decision, the others are the page.
 */
export function choiceSql(
  size: TypeSize,
  query: RecordQuery,
  choice: Choice,
  page: PageBounds,
  tuning: Tuning,
  bind: BoundJson,
): string {
  const { walk, collectors } = choice;
  const guarded = (plan: number, rows: string | number) =>
    `(SELECT iif(plan = ${plan}, ${rows}, 0) FROM chosen)`;
  const arms = [
    ...(walk ? [walkSql(size.number, query, walk, choice.lookups, page, guarded(0, "steps"), bind)] : []),
    ...collectors.map((collector, i) =>
      collectSql(size.number, query, collector, page, guarded(i + 1, page.rows), bind),
    ),
  ];
  return `WITH ${decisionSql(size, choice, page, tuning, bind)}
    SELECT c.plan, c.best, c.matches, c.steps, ${NO_RECORD} FROM chosen c
    ${arms.map((arm) => `UNION ALL SELECT * FROM (${arm})`).join("\n")}`;
}

/**
 * The statement of a page whose walk was not full when it ended: collects what the walk gave up on. Its first row has
 * the plan 0 where the walk had come to the end, and what it found is all that there is; -1 as in a decision.
 */
export function afterWalkSql(
  type: number,
  query: RecordQuery,
  { walk, collectors }: Choice,
  { best, matches, steps }: Decision,
  page: PageBounds,
  bind: BoundJson,
): string {
  const collector = collectors[best - 1];
  if (!walk || !collector) throw new Error("nothing has been walked");
  const more = `SELECT 1 FROM (${stepsSql(type, query, walk, page.after, bind)} LIMIT 1 OFFSET ${steps})`;
  const collect = COLLECTED * matches > SCAN_CEILING ? -1 : best;
  const rows = `(SELECT iif(plan = ${best}, ${page.rows}, 0) FROM chosen)`;
  return `WITH chosen AS MATERIALIZED (SELECT iif(EXISTS (${more}), ${collect}, 0) AS plan)
    SELECT c.plan, NULL AS best, NULL AS matches, NULL AS steps, ${NO_RECORD} FROM chosen c
    UNION ALL SELECT * FROM (${collectSql(type, query, collector, page, rows, bind)})`;
}

/** The common table `chosen` with the decision as its only row. */
function decisionSql(
  size: TypeSize,
  { walk, collectors, base, lookups }: Choice,
  page: PageBounds,
  { caution, patience, worth, sample, owned }: Tuning,
  bind: BoundJson,
): string {
  const estimates = collectors.map((collector) => estimateSql(collector, size, { sample, owned }, bind));
  const columns = collectors.map((_, i) => `m${i + 1}`);
  const numbered = columns.map((column, i) => `SELECT ${i + 1} AS best, ${column} AS matches FROM estimates`);
  // Rows for each record that a walk comes by: an index row, and the record itself where nothing is looked up before.
  const unit = lookups.length > 0 ? 1 : 2;
  const collecting = `${COLLECTED} * matches`;
  const all = Math.max(1, size.recordCount);
  // As if the conditions had nothing to do with each other, nor with the order.
  const joint = columns.map((column) => `max(${column}, 1)`).join(` / ${all}.0 * `);
  const among = base ? `max(m${collectors.indexOf(base) + 1}, 1)` : String(all);
  const walking = "(SELECT walking FROM expected)";
  const steps = `cast(max(${patience / (unit * caution)} * ${walking}, ${worth} * matches) AS INTEGER)`;
  // A walk that is confined to few records ends with them.
  const within = base ? `(SELECT m${collectors.indexOf(base) + 1} FROM estimates)` : String(SCAN_CEILING);
  const isShort = `${unit} * ${within} < min(${collecting}, ${SCAN_CEILING})`;
  const plans = walk
    ? `WHEN ${isShort} THEN json_array(0, -1) WHEN ${walking} < ${collecting} THEN json_array(0, ${steps})`
    : "";
  return `estimates(${columns.join(", ")}) AS MATERIALIZED (SELECT ${estimates.join(", ")}),
    expected(walking) AS MATERIALIZED
      (SELECT ${unit * caution * (page.skip + page.rows)} * ${among} / (${joint}) FROM estimates),
    chosen AS MATERIALIZED (SELECT best, matches, p ->> 0 AS plan, p ->> 1 AS steps
      FROM (SELECT best, matches, CASE ${plans}
          WHEN ${collecting} > ${SCAN_CEILING} THEN json_array(-1, 0) ELSE json_array(best, 0) END AS p
        FROM (${numbered.join(" UNION ALL ")} ORDER BY matches LIMIT 1)))`;
}

/** Records that a walk comes by, until the page is full or the walk has taken as many steps as it may. */
function walkSql(
  type: number,
  query: RecordQuery,
  walk: Walk,
  lookups: readonly Equality[],
  page: PageBounds,
  steps: string,
  bind: BoundJson,
): string {
  const looked = lookups.map((lookup, i) => lookupSql(lookup, `e${i}`, bind));
  const conditions = passesSql(type, query, walk, bind);
  return `SELECT ${NO_DECISION}, ${RECORD_COLUMNS}
    FROM (${stepsSql(type, query, walk, page.after, bind)} LIMIT ${steps}) w ${looked.join(" ")} ${recordSql(type, "w")}
    ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""}
    LIMIT ${page.rows} ${offsetSql(page, bind)}`;
}

/** Only numbers are sorted, and all of them: keeping the first few in order would read each of them once more. */
function collectSql(
  type: number,
  query: RecordQuery,
  collector: Collector,
  page: PageBounds,
  rows: string,
  bind: BoundJson,
): string {
  return `SELECT ${NO_DECISION}, ${RECORD_COLUMNS}
    FROM (SELECT s.number FROM (${collectedSql(type, query, collector, page.after, bind)} LIMIT -1) s
      LIMIT ${rows} ${offsetSql(page, bind)}) n ${recordSql(type, "n")}`;
}

function recordSql(type: number, numbers: string): string {
  return `CROSS JOIN records r
    ON r.tenant_id = ?1 AND r.type = ${type} AND r.number = ${numbers}.number AND r.deleted_at IS NULL`;
}

/** A record has one key in an index. Not EXISTS, which SQLite may put behind the record; a miss costs no row. */
function lookupSql({ attribute, test }: Equality, row: string, bind: BoundJson): string {
  return `CROSS JOIN record_index ${row} ON ${row}.tenant_id = ?1 AND ${row}.attribute = ${attribute.number}
    AND ${row}.key ${equalsSql(wantedKeys(test), bind)} AND ${row}.record = w.number`;
}
