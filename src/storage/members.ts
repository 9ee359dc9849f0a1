import { and, eq } from "drizzle-orm";
import { RecentMap } from "../lib/recent-map.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { memberRoles, members } from "./tables/tenant.ts";
import { tenantStore } from "./tenants.ts";

export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly fullName: string | null;
  readonly status: "active" | "invited" | "deactivated" | "removed";
  readonly createdAt: string;
  readonly roles: readonly { readonly id: string; readonly name: string; readonly isFounder: boolean }[];
}

const SELECT_MEMBER = `
  SELECT m.id, m.email, m.full_name, m.status, m.created_at,
         (SELECT json_group_array(json_array(r.id, r.name, r.is_founder))
          FROM member_roles mr JOIN roles r ON r.tenant_id = mr.tenant_id AND r.id = mr.role_id
          WHERE mr.tenant_id = m.tenant_id AND mr.member_id = m.id) AS roles
  FROM members m`;

function toMember(row: Row): MemberRow {
  const roles = JSON.parse(row.roles as string) as [string, string, number][];
  return {
    id: row.id as string,
    email: row.email as string,
    fullName: row.full_name as string | null,
    status: row.status as MemberRow["status"],
    createdAt: row.created_at as string,
    roles: roles.map(([id, name, isFounder]) => ({ id, name, isFounder: isFounder === 1 })),
  };
}

/** How many names are read ahead for who has none yet. */
const FIRST_NAMES = 40;

interface KnownNames {
  readonly rightsVersion: number;
  readonly names: Map<string, string | null>;
}

/** Full names that this isolate has read, by tenant; whoever renames a member raises the rights version. */
const known = new RecentMap<string, KnownNames>(1_000);

export function memberStore(tenantId: string) {
  const remember = (rightsVersion: number, rows: readonly Row[]): ReadonlyMap<string, string | null> => {
    const before = known.get(tenantId);
    const names = before?.rightsVersion === rightsVersion ? before.names : new Map<string, string | null>();
    for (const row of rows) names.set(row.id as string, row.full_name as string | null);
    known.set(tenantId, { rightsVersion, names });
    return names;
  };
  const { raiseRightsVersion } = tenantStore(tenantId);
  const one = (id: string) => and(eq(members.tenant_id, tenantId), eq(members.id, id));
  return {
    /** The names that are known to hold under this rights version; undefined where none have been read yet. */
    knownNames(rightsVersion: number): ReadonlyMap<string, string | null> | undefined {
      const found = known.get(tenantId);
      return found?.rightsVersion === rightsVersion ? found.names : undefined;
    },

    /** The names of those who joined first, to be known from now on. */
    firstNames(rightsVersion: number): Read<unknown> {
      const sql = `SELECT id, full_name FROM members WHERE tenant_id = ? ORDER BY id LIMIT ${FIRST_NAMES}`;
      return { sql, params: [tenantId], decode: (rows) => remember(rightsVersion, rows) };
    },

    /** Adds the names of these to the known ones; of members who have been removed, too. */
    namesOf(ids: readonly string[], rightsVersion: number): Read<ReadonlyMap<string, string | null>> {
      const sql = `SELECT m.id, m.full_name FROM json_each(?2) wanted
        CROSS JOIN members m ON m.tenant_id = ?1 AND m.id = wanted.value`;
      return {
        sql,
        params: [tenantId, JSON.stringify(ids)],
        decode: (rows) => remember(rightsVersion, rows),
      };
    },

    /** A member who has not been removed. */
    find(id: string): Read<MemberRow | undefined> {
      const sql = `${SELECT_MEMBER} WHERE m.tenant_id = ? AND m.id = ? AND m.status <> 'removed'`;
      return readOne({ sql, params: [tenantId, id] }, toMember);
    },

    /** A page in the order of joining; one more row than asked for tells whether there is a next page. */
    list(afterId: string | null, limit: number): Read<MemberRow[]> {
      const sql = `${SELECT_MEMBER}
        WHERE m.tenant_id = ?1 AND m.id > ?2 AND m.status <> 'removed' ORDER BY m.id LIMIT ?3`;
      return readMany({ sql, params: [tenantId, afterId ?? "", limit + 1] }, toMember);
    },

    /** Full names of those of the ids that are members and have not been removed. */
    names(ids: readonly string[]): Read<Map<string, string | null>> {
      const sql = `SELECT id, full_name FROM members
        WHERE tenant_id = ? AND id IN (SELECT value FROM json_each(?)) AND status <> 'removed'`;
      return {
        sql,
        params: [tenantId, JSON.stringify(ids)],
        decode: (rows) => new Map(rows.map((row) => [row.id as string, row.full_name as string | null])),
      };
    },

    /** Whether anybody but this member holds the founder's role and can log in to use it. */
    hasOtherFounder(id: string): Read<boolean> {
      const sql = `SELECT 1 FROM roles r
        JOIN member_roles mr ON mr.tenant_id = r.tenant_id AND mr.role_id = r.id
        JOIN members m ON m.tenant_id = mr.tenant_id AND m.id = mr.member_id
        WHERE r.tenant_id = ? AND r.is_founder = 1 AND m.id <> ? AND m.status = 'active' LIMIT 1`;
      return { sql, params: [tenantId, id], decode: (rows) => rows.length === 1 };
    },

    /** The e-mail address is unique among the tenant's members who have not been removed. */
    insert(member: Omit<MemberRow, "roles">): Write {
      return statement(
        query.insert(members).values({
          tenant_id: tenantId,
          id: member.id,
          email: member.email,
          full_name: member.fullName,
          status: member.status,
          created_at: member.createdAt,
          updated_at: member.createdAt,
        }),
      );
    },

    /** An invited member becomes an active one; anybody else stays what they are. Null keeps the name. */
    activate(id: string, fullName: string | null, at: string): Write[] {
      const change = { status: "active", updated_at: at, ...(fullName !== null && { full_name: fullName }) };
      const activated = statement(
        query
          .update(members)
          .set(change)
          .where(and(one(id), eq(members.status, "invited"))),
      );
      return fullName === null ? [activated] : [activated, raiseRightsVersion()];
    },

    /** Names are known by the rights version that they were read under. */
    rename(id: string, fullName: string | null, at: string): Write[] {
      const change = { full_name: fullName, updated_at: at };
      return [statement(query.update(members).set(change).where(one(id))), raiseRightsVersion()];
    },

    setStatus(id: string, status: "active" | "deactivated", at: string): Write[] {
      const change = { status, updated_at: at };
      return [statement(query.update(members).set(change).where(one(id))), raiseRightsVersion()];
    },

    /** The row stays, for records that name the person. */
    remove(id: string, at: string): Write {
      return statement(query.update(members).set({ status: "removed", updated_at: at }).where(one(id)));
    },

    /** Replaces the member's roles. */
    setRoles(id: string, roleIds: readonly string[]): Write[] {
      return [
        statement(
          query
            .delete(memberRoles)
            .where(and(eq(memberRoles.tenant_id, tenantId), eq(memberRoles.member_id, id))),
        ),
        {
          sql: `INSERT INTO member_roles (tenant_id, member_id, role_id)
                SELECT ?1, ?2, value FROM json_each(?3)`,
          params: [tenantId, id, JSON.stringify(roleIds)],
        },
      ];
    },
  };
}
