import type { Attribute } from "../domain/attribute-kinds/kind.ts";
import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { PagePlace, RecordQuery } from "../domain/record-query/checked-query.ts";
import type { StoredRecord } from "../domain/records/stored-record.ts";
import { BoundJson } from "./bound-json.ts";
import { type Read, readMany } from "./database.ts";
import { linksSql, toLinkedRecord } from "./record-links.ts";
import { planCount, planList } from "./record-plan.ts";
import { countSql, pageSql } from "./record-query-sql.ts";
import { RECORD_COLUMNS } from "./record-rows.ts";

export interface PageRequest {
  /** Where the page before ended. */
  readonly after: PagePlace | undefined;
  readonly skip: number;
  readonly rows: number;
}

/** Lists of records; one statement each, whatever is asked for. */
export function recordQueryStore(tenantId: string) {
  return {
    /**
     * @param attributes whose links are wanted, in all these: those of the records on the page alone are read.
     * @throws AppError `query_too_expensive`.
     */
    page(
      entityType: EntityType,
      query: RecordQuery,
      request: PageRequest,
      attributes: readonly Attribute[] = [],
    ): Read<StoredRecord[]> {
      const bind = new BoundJson();
      const driver = planList(query, entityType.recordCount);
      const from = pageSql(entityType.number, query, driver, request, bind);
      const page = `SELECT ${RECORD_COLUMNS} ${from}`;
      const links = linksSql(attributes);
      // Not in one: where SQLite sorts, it makes the columns of every record that it sorts.
      const sql = links === "" ? page : `WITH r AS MATERIALIZED (${page}) SELECT r.*${links} FROM r`;
      return readMany({ sql, params: bind.params(tenantId) }, toLinkedRecord(attributes));
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
