import type { Access, AttributeRule, Grant } from "../domain/access/access.ts";
import { RecentMap } from "../lib/recent-map.ts";
import { type Read, type Row, readOne } from "./database.ts";

export interface FoundAccess {
  readonly access: Access;
  readonly tenantState: string;
  readonly sessionExpiresAt: string;
}

/** Rights as this isolate has read them last, by tenant and session. Nobody is let in by them: see `known`. */
const known = new RecentMap<string, Access>(1_000);

export function accessStore(tenantId: string) {
  return {
    /** The member behind a session that has not been ended, with all rights; one statement. */
    find(memberId: string, sessionId: string): Read<FoundAccess | undefined> {
      const sql = `
        SELECT t.name AS tenant_name, t.state, t.time_zone, t.default_country, t.locale, t.currency,
               t.rights_version, m.id AS member_id, m.email, m.full_name, s.expires_at,
               (SELECT json_group_array(json_array(r.id, r.name, r.is_founder, json(r.grants),
                  json(r.attribute_rules)))
                FROM member_roles mr JOIN roles r ON r.tenant_id = mr.tenant_id AND r.id = mr.role_id
                WHERE mr.tenant_id = ?1 AND mr.member_id = ?2) AS roles
        FROM tenants t
        JOIN sessions s ON s.tenant_id = t.tenant_id AND s.id = ?3
        JOIN members m ON m.tenant_id = t.tenant_id AND m.id = s.member_id
        WHERE t.tenant_id = ?1 AND m.id = ?2 AND m.status = 'active' AND s.revoked_at IS NULL`;
      return readOne({ sql, params: [tenantId, memberId, sessionId] }, (row) => {
        const access = toAccess(row);
        known.set(`${tenantId} ${sessionId}`, access);
        return {
          tenantState: row.state as string,
          sessionExpiresAt: row.expires_at as string,
          access,
        };
      });
    },

    /** What `find` said last in this isolate; for guesses that are thrown away when it says otherwise. */
    known: (sessionId: string): Access | undefined => known.get(`${tenantId} ${sessionId}`),
  };
}

function toAccess(row: Row): Access {
  const tuples = JSON.parse(row.roles as string) as [string, string, number, Grant[], AttributeRule[]][];
  const roles = tuples.map(([id, name, isFounder, grants, attributeRules]) => ({
    id,
    name,
    isFounder: isFounder === 1,
    grants,
    attributeRules,
  }));
  return {
    tenant: {
      name: row.tenant_name as string,
      timeZone: row.time_zone as string,
      defaultCountry: row.default_country as string,
      locale: row.locale as "ru" | "en",
      currency: row.currency as string,
    },
    rightsVersion: row.rights_version as number,
    member: {
      id: row.member_id as string,
      email: row.email as string,
      fullName: row.full_name as string | null,
    },
    roles,
    grants: roles.flatMap(({ grants }) => grants),
    isFounder: roles.some(({ isFounder }) => isFounder),
  };
}
