import { isId } from "../lib/ids.ts";
import { type Read, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { attributeOrders } from "./tables/tenant.ts";

/** Members' own orders of the columns; ids of attributes that are gone may still stand in them. */
export function attributeOrderStore(tenantId: string) {
  return {
    find(memberId: string, typeNameOrId: string): Read<string[] | undefined> {
      const column = isId(typeNameOrId) ? "id" : "name";
      const sql = `SELECT o.attribute_ids FROM entity_types t
        JOIN attribute_orders o
          ON o.tenant_id = t.tenant_id AND o.member_id = ?2 AND o.entity_type_id = t.id
        WHERE t.tenant_id = ?1 AND t.${column} = ?3`;
      return readOne(
        { sql, params: [tenantId, memberId, typeNameOrId] },
        (row) => JSON.parse(row.attribute_ids as string) as string[],
      );
    },

    /** All orders of a member, by entity type id. */
    list(memberId: string): Read<Map<string, string[]>> {
      const all = readMany(
        {
          sql: "SELECT entity_type_id, attribute_ids FROM attribute_orders WHERE tenant_id = ? AND member_id = ?",
          params: [tenantId, memberId],
        },
        (row) => [row.entity_type_id as string, JSON.parse(row.attribute_ids as string) as string[]] as const,
      );
      return { ...all, decode: (rows) => new Map(all.decode(rows)) };
    },

    set(memberId: string, entityTypeId: string, attributeIds: readonly string[]): Write {
      const ids = JSON.stringify(attributeIds);
      return statement(
        query
          .insert(attributeOrders)
          .values({
            tenant_id: tenantId,
            member_id: memberId,
            entity_type_id: entityTypeId,
            attribute_ids: ids,
          })
          .onConflictDoUpdate({
            target: [attributeOrders.tenant_id, attributeOrders.member_id, attributeOrders.entity_type_id],
            set: { attribute_ids: ids },
          }),
      );
    },
  };
}
