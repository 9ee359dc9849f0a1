import { type Read, readOne, type Write } from "./database.ts";
import { abortWhen } from "./guard.ts";

/**
 * Attributes that use an option (?1 tenant, ?2 list, ?3 option): as a default, in index rows where there are some, else
 * in records, whose value is one number or a list of them.
 */
const OPTION_USE = `
  FROM select_options o
  JOIN attributes a ON a.tenant_id = o.tenant_id AND a.select_list_id = o.list_id
  JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
  WHERE o.tenant_id = ?1 AND o.list_id = ?2 AND o.id = ?3
    AND (EXISTS (SELECT 1 FROM json_each(a.default_value) d WHERE d.value = o.number)
      OR CASE a.indexed
        WHEN 1 THEN EXISTS (
          SELECT 1 FROM record_index i
          WHERE i.tenant_id = ?1 AND i.attribute = a.number AND i.key = o.number)
        ELSE EXISTS (
          SELECT 1 FROM records r
          WHERE r.tenant_id = ?1 AND r.type = t.number AND r.deleted_at IS NULL
            AND EXISTS (SELECT 1 FROM json_each(r.data, '$.a' || a.number) v WHERE v.value = o.number))
      END)`;

/** Who has an option of a select list as a value; part of the lists' store. */
export function optionUseStore(tenantId: string) {
  return {
    /** Where an option is in use: the name of an attribute that has it as a value or as its default. */
    optionUse(listId: string, optionId: string): Read<string | undefined> {
      const sql = `SELECT t.name || '.' || a.name AS place ${OPTION_USE} LIMIT 1`;
      return readOne({ sql, params: [tenantId, listId, optionId] }, (row) => row.place as string);
    },

    /** How many records outside the trash have an option; counted no further than `limit`. */
    countUse(listId: string, optionId: string, limit: number): Read<number> {
      const users = `(SELECT a.number, a.indexed, t.number AS type, o.number AS option
        FROM select_options o
        JOIN attributes a ON a.tenant_id = o.tenant_id AND a.select_list_id = o.list_id
        JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
        WHERE o.tenant_id = ?1 AND o.list_id = ?2 AND o.id = ?3) u`;
      const sql = `SELECT count(*) AS count FROM (
        SELECT 1 FROM ${users} CROSS JOIN record_index i
          ON i.tenant_id = ?1 AND i.attribute = u.number AND i.key = u.option
        WHERE u.indexed = 1
        UNION ALL
        SELECT 1 FROM ${users} CROSS JOIN records r ON r.tenant_id = ?1 AND r.type = u.type
        WHERE u.indexed <> 1 AND r.deleted_at IS NULL
          AND EXISTS (SELECT 1 FROM json_each(r.data, '$.a' || u.number) v WHERE v.value = u.option)
        LIMIT ?4)`;
      return {
        sql,
        params: [tenantId, listId, optionId, limit],
        decode: ([row]) => Number(row?.count ?? 0),
      };
    },

    /** Aborts the batch when the option is in use by now. */
    requireUnused: (listId: string, optionId: string): Write =>
      abortWhen(tenantId, `EXISTS (SELECT 1 ${OPTION_USE})`, listId, optionId),
  };
}
