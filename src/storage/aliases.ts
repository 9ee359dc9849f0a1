import { and, eq, ne } from "drizzle-orm";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { aliases } from "./tables/tenant.ts";

export interface AliasRow {
  readonly table: string;
  /** Empty for the table's own alias. */
  readonly attribute: string;
  readonly displayName: string;
}

function toAlias(row: Row): AliasRow {
  return {
    table: row.table_name as string,
    attribute: row.attribute_name as string,
    displayName: row.display_name as string,
  };
}

export function aliasStore(tenantId: string) {
  const ofTable = (table: string) => and(eq(aliases.tenant_id, tenantId), eq(aliases.table_name, table));
  const one = (table: string, attribute: string) =>
    and(ofTable(table), eq(aliases.attribute_name, attribute));
  return {
    /** Those of columns, or those of tables; by name. */
    list(of: "columns" | "tables"): Read<AliasRow[]> {
      const all = query
        .select()
        .from(aliases)
        .where(
          and(
            eq(aliases.tenant_id, tenantId),
            of === "tables" ? eq(aliases.attribute_name, "") : ne(aliases.attribute_name, ""),
          ),
        )
        .orderBy(aliases.table_name, aliases.attribute_name);
      return readMany(statement(all), toAlias);
    },

    /** @param attribute empty for the table's own. */
    find(table: string, attribute: string): Read<AliasRow | undefined> {
      return readOne(statement(query.select().from(aliases).where(one(table, attribute))), toAlias);
    },

    set({ table, attribute, displayName }: AliasRow): Write {
      return statement(
        query
          .insert(aliases)
          .values({
            tenant_id: tenantId,
            table_name: table,
            attribute_name: attribute,
            display_name: displayName,
          })
          .onConflictDoUpdate({
            target: [aliases.tenant_id, aliases.table_name, aliases.attribute_name],
            set: { display_name: displayName },
          }),
      );
    },

    delete(table: string, attribute: string): Write {
      return statement(query.delete(aliases).where(one(table, attribute)));
    },

    /** The table's own alias and those of its columns. */
    deleteTable(table: string): Write {
      return statement(query.delete(aliases).where(ofTable(table)));
    },

    renameTable(from: string, to: string): Write {
      return {
        sql: "UPDATE OR REPLACE aliases SET table_name = ?3 WHERE tenant_id = ?1 AND table_name = ?2",
        params: [tenantId, from, to],
      };
    },

    renameAttribute(table: string, from: string, to: string): Write {
      return {
        sql: `UPDATE OR REPLACE aliases SET attribute_name = ?4
              WHERE tenant_id = ?1 AND table_name = ?2 AND attribute_name = ?3`,
        params: [tenantId, table, from, to],
      };
    },
  };
}
