import type { Access, AttributeRule, Grant } from "../domain/access/access.ts";
import { RecentMap } from "../lib/recent-map.ts";
import { type Read, type Row, readOne } from "./database.ts";

/** By what somebody is known: a session of theirs, or a key. */
export type Credential =
  | { readonly memberId: string; readonly sessionId: string }
  | { readonly keyHash: string };

/** The key that was used, and what it was made for. */
export interface UsedKey {
  readonly id: string;
  readonly grants: readonly Grant[];
  readonly lastUsedAt: string | null;
}

export interface FoundAccess {
  /** What the member may do; a key may do no more than it was made for, besides. */
  readonly access: Access;
  readonly key?: UsedKey;
  readonly tenantState: string;
  /** Of the session or the key; null for a key that has no end. */
  readonly expiresAt: string | null;
}

/** Rights as this isolate has read them last, by tenant and credential. Nobody is let in by them: see `known`. */
const known = new RecentMap<string, FoundAccess>(1_000);

const COLUMNS = `
  t.name AS tenant_name, t.state, t.time_zone, t.default_country, t.locale, t.currency,
  t.rights_version, m.id AS member_id, m.email, m.full_name,
  (SELECT json_group_array(json_array(r.id, r.name, r.is_founder, json(r.grants), json(r.attribute_rules)))
   FROM member_roles mr JOIN roles r ON r.tenant_id = mr.tenant_id AND r.id = mr.role_id
   WHERE mr.tenant_id = ?1 AND mr.member_id = m.id) AS roles`;

export function accessStore(tenantId: string) {
  const nameOf = (credential: Credential) =>
    `${tenantId} ${"keyHash" in credential ? credential.keyHash : credential.sessionId}`;
  return {
    /** The active member behind a session that has not been ended, or behind a key, with all rights; one statement. */
    find(credential: Credential): Read<FoundAccess | undefined> {
      const statement =
        "keyHash" in credential
          ? {
              sql: `
                SELECT ${COLUMNS}, k.expires_at, k.id AS key_id, k.grants AS key_grants, k.last_used_at
                FROM tenants t
                JOIN api_keys k ON k.tenant_id = t.tenant_id AND k.key_hash = ?2
                JOIN members m ON m.tenant_id = t.tenant_id AND m.id = k.member_id
                WHERE t.tenant_id = ?1 AND m.status = 'active'`,
              params: [tenantId, credential.keyHash],
            }
          : {
              sql: `
                SELECT ${COLUMNS}, s.expires_at
                FROM tenants t
                JOIN sessions s ON s.tenant_id = t.tenant_id AND s.id = ?3
                JOIN members m ON m.tenant_id = t.tenant_id AND m.id = s.member_id
                WHERE t.tenant_id = ?1 AND m.id = ?2 AND m.status = 'active' AND s.revoked_at IS NULL`,
              params: [tenantId, credential.memberId, credential.sessionId],
            };
      return readOne(statement, (row) => {
        const found = toFound(row);
        known.set(nameOf(credential), found);
        return found;
      });
    },

    /** What `find` said last in this isolate; for guesses that are thrown away when it says otherwise. */
    known: (credential: Credential): FoundAccess | undefined => known.get(nameOf(credential)),
  };
}

function toFound(row: Row): FoundAccess {
  const key = typeof row.key_id === "string" && {
    id: row.key_id,
    grants: JSON.parse(row.key_grants as string) as Grant[],
    lastUsedAt: row.last_used_at as string | null,
  };
  return {
    access: toAccess(row),
    ...(key && { key }),
    tenantState: row.state as string,
    expiresAt: row.expires_at as string | null,
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
