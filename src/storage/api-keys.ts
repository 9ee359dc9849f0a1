import { and, asc, eq } from "drizzle-orm";
import type { Grant } from "../domain/access/access.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { apiKeys } from "./tables/tenant.ts";

export interface ApiKeyRow {
  readonly id: string;
  readonly memberId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

function toKey(row: Row): ApiKeyRow {
  return {
    id: row.id as string,
    memberId: row.member_id as string,
    name: row.name as string,
    grants: JSON.parse(row.grants as string) as Grant[],
    createdAt: row.created_at as string,
    expiresAt: row.expires_at as string | null,
    lastUsedAt: row.last_used_at as string | null,
  };
}

/** Members' keys for programs. The keys themselves are nowhere; `access` finds them by their hashes. */
export function apiKeyStore(tenantId: string) {
  const one = (id: string) => and(eq(apiKeys.tenant_id, tenantId), eq(apiKeys.id, id));
  return {
    find(id: string): Read<ApiKeyRow | undefined> {
      return readOne(statement(query.select().from(apiKeys).where(one(id))), toKey);
    },

    /** A member's keys in the order in which they were made. */
    list(memberId: string): Read<ApiKeyRow[]> {
      const all = query
        .select()
        .from(apiKeys)
        .where(and(eq(apiKeys.tenant_id, tenantId), eq(apiKeys.member_id, memberId)))
        .orderBy(asc(apiKeys.id));
      return readMany(statement(all), toKey);
    },

    insert(key: ApiKeyRow & { readonly keyHash: string }): Write {
      return statement(
        query.insert(apiKeys).values({
          tenant_id: tenantId,
          id: key.id,
          member_id: key.memberId,
          name: key.name,
          key_hash: key.keyHash,
          grants: JSON.stringify(key.grants),
          created_at: key.createdAt,
          expires_at: key.expiresAt,
          last_used_at: key.lastUsedAt,
        }),
      );
    },

    /** Notes that the key was used, unless that has been noted since. */
    touch(id: string, at: string, unlessSince: string): Write {
      return {
        sql: `UPDATE api_keys SET last_used_at = ?3
          WHERE tenant_id = ?1 AND id = ?2 AND (last_used_at IS NULL OR last_used_at <= ?4)`,
        params: [tenantId, id, at, unlessSince],
      };
    },

    delete(id: string): Write {
      return statement(query.delete(apiKeys).where(one(id)));
    },

    deleteAllOf(memberId: string): Write {
      return statement(
        query.delete(apiKeys).where(and(eq(apiKeys.tenant_id, tenantId), eq(apiKeys.member_id, memberId))),
      );
    },
  };
}
