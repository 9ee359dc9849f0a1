import type { Attribute } from "../domain/attribute-kinds/kind.ts";
import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { RecordQuery } from "../domain/record-query/checked-query.ts";
import type { StoredLinks, StoredRecord } from "../domain/records/stored-record.ts";
import { BoundJson } from "./bound-json.ts";
import { type Read, readMany } from "./database.ts";
import { afterWalkSql, choiceSql, type Decision, TUNING, toDecision } from "./record-choice-sql.ts";
import { choiceWithin, type Groups, planGroups, smallGroupsSql } from "./record-groups.ts";
import { linksDecoder, linksSql } from "./record-links.ts";
import { type Choice, planCount, planList, tooExpensive } from "./record-plan.ts";
import { countSql, type PageBounds, pageSql } from "./record-query-sql.ts";
import { RECORD_COLUMNS, toRecord } from "./record-rows.ts";

/** A page, or what has been found of it so far. */
export interface FoundPage {
  readonly records: StoredRecord[];
  /** What may find more; it answers the page from its start on. Undefined where there is certainly no more. */
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
  ): Read<FoundPage> {
    const bind = new BoundJson();
    const sql = afterWalkSql(entityType.number, query, choice, decision, page, bind);
    return {
      sql,
      params: bind.params(tenantId),
      decode([chosen, ...rows]) {
        if (chosen?.plan === -1) throw tooExpensive(query);
        if (chosen?.plan === 0) return { records: walked, further: undefined };
        return { records: rows.map(toRecord), further: undefined };
      },
    };
  }

  function choiceOf(
    entityType: EntityType,
    query: RecordQuery,
    choice: Choice,
    page: PageBounds,
  ): Read<FoundPage> {
    const bind = new BoundJson();
    const sql = choiceSql(entityType, query, choice, page, tuning, bind);
    return {
      sql,
      params: bind.params(tenantId),
      decode([first, ...rows]) {
        const decision = toDecision(first);
        const records = rows.map(toRecord);
        const isDone = decision.plan > 0 || decision.steps < 0 || records.length === page.rows;
        if (decision.plan < 0) throw tooExpensive(query);
        if (isDone) return { records, further: undefined };
        return { records, further: afterWalk(entityType, query, choice, decision, page, records) };
      },
    };
  }

  /** The rest of a page that is read group by group, from a key on; `before` is what has been found of it. */
  function groupsOf(
    entityType: EntityType,
    query: RecordQuery,
    groups: Groups,
    page: PageBounds,
    before: readonly StoredRecord[] = [],
    from = startOf(page),
  ): Read<FoundPage> {
    const bind = new BoundJson();
    // Beyond the first groups there is nothing of the page before.
    const after = from?.inclusive ? page.after : undefined;
    const rows = page.rows - before.length;
    const bounds = { after, skip: 0, rows, entries: Math.ceil(tuning.entries * page.rows) };
    const sql = smallGroupsSql(entityType.number, query, groups.walk, from, bounds, bind);
    return {
      sql,
      params: bind.params(tenantId),
      decode([first, ...found]) {
        const records = [...before, ...found.map(toRecord)];
        const stop = first?.stop ?? null;
        if (stop === null || records.length === page.rows) return { records, further: undefined };
        return { records, further: groupOf(entityType, query, groups, page, records, stop) };
      },
    };
  }

  /** The next records of a large group, then what follows it. */
  function groupOf(
    entityType: EntityType,
    query: RecordQuery,
    groups: Groups,
    page: PageBounds,
    before: readonly StoredRecord[],
    key: string | number,
  ): Read<FoundPage> {
    const [first, ...sort] = query.sort;
    const within = { ...query, sort, tiesDescending: first?.descending ?? false };
    const after = page.after?.[0] === key ? page.after.slice(1) : undefined;
    const bounds = { after, skip: 0, rows: page.rows - before.length };
    const goOn = (read: Read<FoundPage>): Read<FoundPage> => ({
      ...read,
      decode(rows) {
        const found = read.decode(rows);
        const records = [...before, ...found.records];
        if (found.further) return { records, further: goOn(found.further) };
        if (records.length === page.rows) return { records, further: undefined };
        const from = { key, inclusive: false };
        return { records, further: groupsOf(entityType, query, groups, page, records, from) };
      },
    });
    return goOn(choiceOf(entityType, within, choiceWithin(groups, key), bounds));
  }

  function pageOf(entityType: EntityType, query: RecordQuery, page: PageBounds): Read<FoundPage> {
    const groups = page.skip === 0 ? planGroups(query) : undefined;
    if (groups) return groupsOf(entityType, query, groups, page);
    const plan = planList(query, entityType.recordCount);
    if (plan.name === "choice") return choiceOf(entityType, query, plan, page);
    const bind = new BoundJson();
    const from = pageSql(entityType.number, query, plan, page, bind);
    const statement = { sql: `SELECT ${RECORD_COLUMNS} ${from}`, params: bind.params(tenantId) };
    const { decode, ...read } = readMany(statement, toRecord);
    return { ...read, decode: (rows) => ({ records: decode(rows), further: undefined }) };
  }

  return {
    /**
     * The type's size in the definition may be out of date: it decides what is read, never what is found.
     * @param attributes whose links are wanted, in all these.
     * @throws AppError `query_too_expensive`, at once or when it is read.
     */
    page(
      entityType: EntityType,
      query: RecordQuery,
      page: PageBounds,
      attributes: readonly Attribute[] = [],
    ): Read<FoundPage> {
      return withLinks(pageOf(entityType, query, page), attributes);
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

/** The group in which the page before ended may go on. */
function startOf({ after }: PageBounds): { key: string | number; inclusive: boolean } | undefined {
  const [key] = after ?? [];
  return key === undefined ? undefined : { key, inclusive: true };
}

/**
 * A page with the links of its records, which are read in its statement, but after it: where SQLite sorts, it makes the
 * columns of every record that it sorts.
 * @param known those of the records that the statements before have found.
 */
function withLinks(
  page: Read<FoundPage>,
  attributes: readonly Attribute[],
  known = new Map<number, StoredLinks>(),
): Read<FoundPage> {
  const links = linksSql(attributes);
  if (links === "") return page;
  const linksOf = linksDecoder(attributes);
  return {
    sql: `WITH r AS MATERIALIZED (${page.sql}) SELECT r.*${links} FROM r`,
    params: page.params,
    decode(rows) {
      for (const row of rows) if (row.number !== null) known.set(Number(row.number), linksOf(row));
      const { records, further } = page.decode(rows);
      return {
        records: records.map((record) => ({ ...record, links: known.get(record.number) })),
        further: further && withLinks(further, attributes, known),
      };
    },
  };
}
