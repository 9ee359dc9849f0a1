import { and, eq } from "drizzle-orm";
import type { SelectOption } from "../domain/attribute-kinds/kind.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { selectLists, selectOptions } from "./tables/tenant.ts";

export interface SelectListRow {
  readonly id: string;
  /** Null for the private list of one attribute. */
  readonly name: string | null;
  readonly lastOptionNumber: number;
  readonly options: readonly SelectOption[];
}

export interface NewOption extends SelectOption {
  readonly valueFolded: string;
}

const SELECT_LIST = `
  SELECT l.id, l.name, l.last_option_number,
         (SELECT json_group_array(json_object('id', o.id, 'number', o.number, 'value', o.value,
                                              'color', o.color, 'position', o.position))
          FROM select_options o WHERE o.tenant_id = l.tenant_id AND o.list_id = l.id) AS options
  FROM select_lists l`;

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
  const oneOption = (listId: string, id: string) =>
    and(eq(selectOptions.tenant_id, tenantId), eq(selectOptions.list_id, listId), eq(selectOptions.id, id));
  return {
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

    /** Ids of the entity types that have an attribute with this list. */
    usedBy(id: string): Read<string[]> {
      const sql = `SELECT DISTINCT entity_type_id FROM attributes WHERE tenant_id = ? AND select_list_id = ?`;
      return readMany({ sql, params: [tenantId, id] }, (row) => row.entity_type_id as string);
    },

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

    rename(id: string, name: string, nameFolded: string): Write {
      return statement(
        query
          .update(selectLists)
          .set({ name, name_folded: nameFolded })
          .where(and(eq(selectLists.tenant_id, tenantId), eq(selectLists.id, id))),
      );
    },

    delete(id: string): Write[] {
      return [
        statement(
          query
            .delete(selectOptions)
            .where(and(eq(selectOptions.tenant_id, tenantId), eq(selectOptions.list_id, id))),
        ),
        statement(
          query.delete(selectLists).where(and(eq(selectLists.tenant_id, tenantId), eq(selectLists.id, id))),
        ),
      ];
    },

    /** The option's number must be the list's last one plus one. */
    addOption(listId: string, option: NewOption): Write[] {
      return [
        statement(
          query
            .update(selectLists)
            .set({ last_option_number: option.number })
            .where(and(eq(selectLists.tenant_id, tenantId), eq(selectLists.id, listId))),
        ),
        insertOption(listId, option),
      ];
    },

    updateOption(listId: string, option: NewOption): Write {
      return statement(
        query
          .update(selectOptions)
          .set({
            value: option.value,
            value_folded: option.valueFolded,
            color: option.color,
            position: option.position,
          })
          .where(oneOption(listId, option.id)),
      );
    },

    deleteOption(listId: string, id: string): Write {
      return statement(query.delete(selectOptions).where(oneOption(listId, id)));
    },

    /** Every type that shows the list changes with it. */
    raiseSchemaVersions(listId: string): Write {
      return {
        sql: `UPDATE entity_types SET schema_version = schema_version + 1
              WHERE tenant_id = ?1 AND id IN
                (SELECT entity_type_id FROM attributes WHERE tenant_id = ?1 AND select_list_id = ?2)`,
        params: [tenantId, listId],
      };
    },
  };

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
