import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { PagePlace, RecordQuery } from "../domain/record-query/checked-query.ts";
import type { FoundRecord } from "../domain/records/stored-record.ts";
import { BoundJson } from "./bound-json.ts";
import { type Read, type Row, readMany } from "./database.ts";
import { valueSql } from "./record-filter-sql.ts";
import { planCount, planList } from "./record-plan.ts";
import { countSql, pageSql } from "./record-query-sql.ts";
import { RECORD_COLUMNS, toRecord } from "./record-rows.ts";

export interface PageRequest {
  /** Where the page before ended. */
  readonly after: PagePlace | undefined;
  readonly skip: number;
  readonly rows: number;
  /** The attributes that will be shown; all when undefined. */
  readonly fields: ReadonlySet<string> | undefined;
}

/** Lists of records; one statement each, whatever is asked for. */
export function recordQueryStore(tenantId: string) {
  return {
    /** @throws AppError `query_too_expensive`. */
    page(entityType: EntityType, query: RecordQuery, request: PageRequest): Read<FoundRecord[]> {
      const bind = new BoundJson();
      const driver = planList(query, entityType.recordCount);
      const { sql, walksInOrder } = pageSql(entityType.number, query, driver, request, bind);
      const named = entityType.attributes.filter(
        ({ name, valueType }) => valueType === "user" && (request.fields?.has(name) ?? true),
      );
      const names = named.map((attribute) => {
        const value = valueSql(attribute);
        return `, (SELECT m.full_name FROM members m WHERE m.tenant_id = ?1 AND m.id = ${value}) AS n${attribute.number}`;
      });
      const page = `SELECT ${RECORD_COLUMNS}`;
      const statement =
        walksInOrder || named.length === 0
          ? `${page}${names.join("")} ${sql}`
          : // What is sorted afterwards needs the names of no more than the page.
            `SELECT r.*${names.join("")} FROM (${page} ${sql}) r`;
      return readMany({ sql: statement, params: bind.params(tenantId) }, (row) => ({
        ...toRecord(row),
        memberNames: memberNames(row, named),
      }));
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

function memberNames(row: Row, named: EntityType["attributes"]): Map<string, string | null> {
  const data = JSON.parse(row.data as string) as Record<string, string>;
  const names = new Map<string, string | null>();
  for (const { number } of named) {
    const id = data[`a${number}`];
    if (id !== undefined) names.set(id, row[`n${number}`] as string | null);
  }
  return names;
}
