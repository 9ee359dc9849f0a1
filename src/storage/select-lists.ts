import { and, eq } from "drizzle-orm";
import type { SelectOption } from "../domain/attribute-kinds/kind.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { abortWhen } from "./guard.ts";
import { optionUseStore } from "./option-use.ts";
import { query } from "./query.ts";
import { selectLists, selectOptions } from "./tables/tenant.ts";

export interface SelectListRow {
  readonly id: string;
  /** Null for the private list of one attribute. */
  readonly name: string | null;
  readonly lastOptionNumber: number;
  readonly options: readonly SelectOption[];
}

/** An attribute that has a list. */
export interface ListUser {
  readonly entityTypeId: string;
  /** The numbers of the entity type and of the attribute. */
  readonly type: number;
  readonly attribute: number;
  readonly attributeId: string;
  /** The job that works on it at present. */
  readonly jobId: string | null;
  /** `leads.lead_status` */
  readonly name: string;
}

export interface NewOption extends SelectOption {
  readonly valueFolded: string;
}

const SELECT_LIST = `
  SELECT l.id, l.name, l.last_option_number,
         (SELECT json_group_array(json_object('id', o.id, 'number', o.number, 'value', o.value,
                                              'color', o.color, 'position', o.position))
          FROM select_options o WHERE o.tenant_id = l.tenant_id AND o.list_id = l.id AND o.is_leaving = 0) AS options
  FROM select_lists l`;

/** The attribute `a` has the list ?2, or will have it. */
const HAS_LIST = "(a.select_list_id = ?2 OR a.successor ->> '$.select_list_id' = ?2)";

function toList(row: Row): SelectListRow {
  const options = JSON.parse(row.options as string) as SelectOption[];
  return {
    id: row.id as string,
    name: row.name as string | null,
    lastOptionNumber: row.last_option_number as number,
    options: options.sort((a, b) => a.position - b.position || a.number - b.number),
  };
}

export function selectListStore(tenantId: string) {
  const one = (id: string) => and(eq(selectLists.tenant_id, tenantId), eq(selectLists.id, id));
  const oneOption = (listId: string, id: string) =>
    and(eq(selectOptions.tenant_id, tenantId), eq(selectOptions.list_id, listId), eq(selectOptions.id, id));
  return {
    ...optionUseStore(tenantId),

    find(id: string): Read<SelectListRow | undefined> {
      return readOne(
        { sql: `${SELECT_LIST} WHERE l.tenant_id = ? AND l.id = ?`, params: [tenantId, id] },
        toList,
      );
    },

    /** Shared lists; the private ones of single attributes are not among them. */
    list(): Read<SelectListRow[]> {
      const sql = `${SELECT_LIST} WHERE l.tenant_id = ? AND l.name IS NOT NULL ORDER BY l.name_folded`;
      return readMany({ sql, params: [tenantId] }, toList);
    },

    /** The attributes that have this list, or will have it once they are converted. */
    users(id: string): Read<ListUser[]> {
      const sql = `SELECT t.id, t.number AS type, t.name AS type_name, a.id AS attribute_id, a.number, a.name, a.job_id
        FROM attributes a JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
        WHERE a.tenant_id = ?1 AND ${HAS_LIST} ORDER BY t.name, a.name`;
      return readMany({ sql, params: [tenantId, id] }, (row) => ({
        entityTypeId: row.id as string,
        type: row.type as number,
        attribute: row.number as number,
        attributeId: row.attribute_id as string,
        jobId: row.job_id as string | null,
        name: `${row.type_name}.${row.name}`,
      }));
    },

    /** Part of the batch of whatever was decided on the list's options: aborts it when the list has changed. */
    requireUnchanged,

    insert(list: {
      id: string;
      name: string | null;
      nameFolded: string | null;
      createdAt: string;
      options: readonly NewOption[];
    }): Write[] {
      return [
        statement(
          query.insert(selectLists).values({
            tenant_id: tenantId,
            id: list.id,
            name: list.name,
            name_folded: list.nameFolded,
            last_option_number: list.options.length,
            created_at: list.createdAt,
          }),
        ),
        ...list.options.map((option) => insertOption(list.id, option)),
      ];
    },

    rename(list: SelectListRow, name: string, nameFolded: string): Write[] {
      return [
        ...change(list),
        statement(query.update(selectLists).set({ name, name_folded: nameFolded }).where(one(list.id))),
      ];
    },

    /** Aborts the batch when an attribute has the list by now. */
    delete(list: SelectListRow): Write[] {
      const used = `EXISTS (SELECT 1 FROM attributes a WHERE a.tenant_id = ?1 AND ${HAS_LIST})`;
      return [requireUnchanged(list), abortWhen(tenantId, used, list.id), ...remove(list.id)];
    },

    /** The private list of an attribute that is deleted in the same batch. */
    deletePrivate: remove,

    /** The option's number must be the list's last one plus one. */
    addOption(list: SelectListRow, option: NewOption): Write[] {
      return [...change(list), insertOption(list.id, option)];
    },

    updateOption(list: SelectListRow, option: NewOption): Write[] {
      return [
        ...change(list),
        statement(
          query
            .update(selectOptions)
            .set({ value: option.value, value_folded: option.valueFolded, color: option.color })
            .where(oneOption(list.id, option.id)),
        ),
      ];
    },

    /** Follows another change of the list in the same batch; options that are not named stay where they are. */
    moveOptions(listId: string, moved: readonly SelectOption[]): Write[] {
      if (moved.length === 0) return [];
      const positions = JSON.stringify(Object.fromEntries(moved.map(({ id, position }) => [id, position])));
      return [
        {
          sql: `UPDATE select_options SET position = v.value FROM json_each(?3) v
                WHERE tenant_id = ?1 AND list_id = ?2 AND select_options.id = v.key`,
          params: [tenantId, listId, positions],
        },
      ];
    },

    /**
     * No write takes the option any more, and its text is free; where it was a default, the replacement is. Aborts
     * the batch when others than these have the list by now.
     */
    retireOption(
      list: SelectListRow,
      { id, number }: SelectOption,
      replacement: number | null,
      users: readonly ListUser[],
    ): Write[] {
      const known = JSON.stringify(users.map(({ attributeId }) => attributeId));
      const isNew = `EXISTS (SELECT 1 FROM attributes a WHERE a.tenant_id = ?1 AND ${HAS_LIST}
        AND a.id NOT IN (SELECT value FROM json_each(?3)))`;
      return [
        ...change(list),
        abortWhen(tenantId, isNew, list.id, known),
        {
          sql: `UPDATE select_options SET is_leaving = 1, value_folded = id
            WHERE tenant_id = ? AND list_id = ? AND id = ?`,
          params: [tenantId, list.id, id],
        },
        {
          sql: `UPDATE attributes SET default_value = CASE json_type(default_value)
              WHEN 'array' THEN (SELECT CASE count(*) WHEN 0 THEN NULL ELSE json_group_array(n.value) END
                FROM (SELECT DISTINCT CASE v.value WHEN ?3 THEN CAST(?4 AS INTEGER) ELSE v.value END AS value
                  FROM json_each(default_value) v ORDER BY 1) n WHERE n.value IS NOT NULL)
              ELSE json(?4) END
            WHERE tenant_id = ?1 AND select_list_id = ?2
              AND EXISTS (SELECT 1 FROM json_each(default_value) d WHERE d.value = ?3)`,
          params: [tenantId, list.id, number, replacement === null ? null : String(replacement)],
        },
      ];
    },

    /** The end of an option that no record has any more. */
    removeOption: (listId: string, optionId: string): Write =>
      statement(query.delete(selectOptions).where(oneOption(listId, optionId))),

    /** Takes a retirement back; where its text was given to another option since, it stays retired. */
    restoreOption(listId: string, optionId: string, valueFolded: string): Write {
      return {
        sql: `UPDATE OR IGNORE select_options SET is_leaving = 0, value_folded = ?4
          WHERE tenant_id = ?1 AND list_id = ?2 AND id = ?3`,
        params: [tenantId, listId, optionId, valueFolded],
      };
    },

    /** Every type that shows the list changes with it. */
    raiseSchemaVersions(listId: string): Write {
      return {
        sql: `UPDATE entity_types SET schema_version = schema_version + 1
              WHERE tenant_id = ?1 AND id IN
                (SELECT a.entity_type_id FROM attributes a WHERE a.tenant_id = ?1 AND ${HAS_LIST})`,
        params: [tenantId, listId],
      };
    },
  };

  /** Every change takes a number, new option or not, so that the last number tells one state from the next. */
  function change(list: SelectListRow): Write[] {
    return [
      requireUnchanged(list),
      statement(
        query
          .update(selectLists)
          .set({ last_option_number: list.lastOptionNumber + 1 })
          .where(one(list.id)),
      ),
    ];
  }

  function requireUnchanged({ id, lastOptionNumber }: SelectListRow): Write {
    const last = "(SELECT last_option_number FROM select_lists WHERE tenant_id = ?1 AND id = ?2)";
    return abortWhen(tenantId, `${last} IS NOT ?3`, id, lastOptionNumber);
  }

  function remove(id: string): Write[] {
    return [
      statement(
        query
          .delete(selectOptions)
          .where(and(eq(selectOptions.tenant_id, tenantId), eq(selectOptions.list_id, id))),
      ),
      statement(query.delete(selectLists).where(one(id))),
    ];
  }

  function insertOption(listId: string, option: NewOption): Write {
    return statement(
      query.insert(selectOptions).values({
        tenant_id: tenantId,
        list_id: listId,
        id: option.id,
        number: option.number,
        value: option.value,
        value_folded: option.valueFolded,
        color: option.color,
        position: option.position,
      }),
    );
  }
}
