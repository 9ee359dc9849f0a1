import type { Attribute } from "../domain/attribute-kinds/kind.ts";
import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { RecordQuery } from "../domain/record-query/checked-query.ts";
import type { StoredRecord } from "../domain/records/stored-record.ts";
import { BoundJson } from "./bound-json.ts";
import { type Read, readMany } from "./database.ts";
import { afterWalkSql, choiceSql, type Decision, TUNING, toDecision } from "./record-choice-sql.ts";
import { linksSql, toLinkedRecord } from "./record-links.ts";
import { type Choice, planCount, planList, tooExpensive } from "./record-plan.ts";
import { countSql, type PageBounds, pageSql } from "./record-query-sql.ts";
import { RECORD_COLUMNS } from "./record-rows.ts";

/** A page, or what has been found of it so far. */
export interface FoundPage {
  readonly records: StoredRecord[];
  /** What may find more, and then finds all of it; undefined where there is certainly no more. */
  readonly further: Read<FoundPage> | undefined;
}

/** Lists of records; one statement each, whatever is asked for, and rarely a second one. */
export function recordQueryStore(tenantId: string, tuning = TUNING) {
  /** What a walk gave up on is collected, unless it had come to its end. */
  function afterWalk(
    entityType: EntityType,
    query: RecordQuery,
    choice: Choice,
    decision: Decision,
    page: PageBounds,
    walked: StoredRecord[],
    attributes: readonly Attribute[],
  ): Read<FoundPage> {
    const bind = new BoundJson();
    const sql = afterWalkSql(entityType.number, query, choice, decision, page, bind);
    return {
      sql: withLinks(sql, attributes),
      params: bind.params(tenantId),
      decode([chosen, ...rows]) {
        if (chosen?.plan === -1) throw tooExpensive(query);
        if (chosen?.plan === 0) return { records: walked, further: undefined };
        return { records: rows.map(toLinkedRecord(attributes)), further: undefined };
      },
    };
  }

  return {
    /**
     * The type's size in the definition may be out of date: it decides what is read, never what is found.
     * @param attributes whose links are wanted, in all these: those of the records on the page alone are read.
     * @throws AppError `query_too_expensive`, at once or when it is read.
     */
    page(
      entityType: EntityType,
      query: RecordQuery,
      page: PageBounds,
      attributes: readonly Attribute[] = [],
    ): Read<FoundPage> {
      const bind = new BoundJson();
      const plan = planList(query, entityType.recordCount);
      if (plan.name !== "choice") {
        const from = pageSql(entityType.number, query, plan, page, bind);
        const sql = withLinks(`SELECT ${RECORD_COLUMNS} ${from}`, attributes);
        const { decode, ...read } = readMany(
          { sql, params: bind.params(tenantId) },
          toLinkedRecord(attributes),
        );
        return { ...read, decode: (rows) => ({ records: decode(rows), further: undefined }) };
      }
      const sql = choiceSql(entityType, query, plan, page, tuning, bind);
      return {
        sql: withLinks(sql, attributes),
        params: bind.params(tenantId),
        decode([first, ...rows]) {
          const decision = toDecision(first);
          const records = rows.map(toLinkedRecord(attributes));
          const isDone = decision.plan > 0 || decision.steps < 0 || records.length === page.rows;
          if (decision.plan < 0) throw tooExpensive(query);
          if (isDone) return { records, further: undefined };
          return {
            records,
            further: afterWalk(entityType, query, plan, decision, page, records, attributes),
          };
        },
      };
    },

    /** @throws AppError `query_too_expensive`. */
    count(entityType: EntityType, query: RecordQuery): Read<number> {
      const bind = new BoundJson();
      const driver = planCount(query, entityType.recordCount);
      const sql = `SELECT count(*) AS count ${countSql(entityType.number, query, driver, bind)}`;
      return { sql, params: bind.params(tenantId), decode: ([row]) => Number(row?.count ?? 0) };
    },
  };
}

/**
 * The statement of a page with the links of its records. Not in one: where SQLite sorts, it makes the columns of every
 * record that it sorts.
 */
function withLinks(page: string, attributes: readonly Attribute[]): string {
  const links = linksSql(attributes);
  return links === "" ? page : `WITH r AS MATERIALIZED (${page}) SELECT r.*${links} FROM r`;
}
