import { and, asc, eq } from "drizzle-orm";
import type { AttributeRule, Grant } from "../domain/access/access.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { memberRoles, roles } from "./tables/tenant.ts";

export interface RoleRow {
  readonly id: string;
  readonly name: string;
  readonly nameFolded: string;
  readonly isFounder: boolean;
  readonly grants: readonly Grant[];
  readonly attributeRules: readonly AttributeRule[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

function toRole(row: Row): RoleRow {
  return {
    id: row.id as string,
    name: row.name as string,
    nameFolded: row.name_folded as string,
    isFounder: row.is_founder === 1,
    grants: JSON.parse(row.grants as string) as Grant[],
    attributeRules: JSON.parse(row.attribute_rules as string) as AttributeRule[],
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
  };
}

export function roleStore(tenantId: string) {
  const one = (id: string) => and(eq(roles.tenant_id, tenantId), eq(roles.id, id));
  return {
    find(id: string): Read<RoleRow | undefined> {
      return readOne(statement(query.select().from(roles).where(one(id))), toRole);
    },

    list(): Read<RoleRow[]> {
      const all = query
        .select()
        .from(roles)
        .where(eq(roles.tenant_id, tenantId))
        .orderBy(asc(roles.name_folded));
      return readMany(statement(all), toRole);
    },

    insert(role: RoleRow): Write {
      return statement(
        query.insert(roles).values({
          tenant_id: tenantId,
          id: role.id,
          name: role.name,
          name_folded: role.nameFolded,
          is_founder: role.isFounder ? 1 : 0,
          grants: JSON.stringify(role.grants),
          attribute_rules: JSON.stringify(role.attributeRules),
          created_at: role.createdAt,
          updated_at: role.updatedAt,
        }),
      );
    },

    update(role: RoleRow): Write {
      return statement(
        query
          .update(roles)
          .set({
            name: role.name,
            name_folded: role.nameFolded,
            grants: JSON.stringify(role.grants),
            attribute_rules: JSON.stringify(role.attributeRules),
            updated_at: role.updatedAt,
          })
          .where(one(role.id)),
      );
    },

    /** Takes what is granted on a subject that is no more, and rules on its attributes, out of every role. */
    dropSubject(subject: string): Write {
      return {
        sql: `UPDATE roles SET
            grants = (SELECT json_group_array(json(g.value)) FROM json_each(grants) g
              WHERE g.value ->> 'subject' <> ?2),
            attribute_rules = (SELECT json_group_array(json(a.value)) FROM json_each(attribute_rules) a
              WHERE a.value ->> 'entityTypeId' <> ?2)
          WHERE tenant_id = ?1 AND EXISTS
            (SELECT 1 FROM json_each(grants) g WHERE g.value ->> 'subject' = ?2)`,
        params: [tenantId, subject],
      };
    },

    /** Takes the role from everyone who has it, too. */
    delete(id: string): Write[] {
      return [
        statement(
          query
            .delete(memberRoles)
            .where(and(eq(memberRoles.tenant_id, tenantId), eq(memberRoles.role_id, id))),
        ),
        statement(query.delete(roles).where(one(id))),
      ];
    },
  };
}
