import { and, eq } from "drizzle-orm";
import type { Json } from "../domain/attribute-kinds/kind.ts";
import { type Read, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { idempotencyKeys } from "./tables/tenant.ts";

export interface RememberedCall {
  readonly memberId: string;
  readonly key: string;
  readonly requestHash: string;
  readonly result: Json;
  readonly createdAt: string;
}

export function idempotencyKeyStore(tenantId: string) {
  return {
    find(memberId: string, key: string): Read<{ requestHash: string; result: Json } | undefined> {
      const found = query
        .select()
        .from(idempotencyKeys)
        .where(
          and(
            eq(idempotencyKeys.tenant_id, tenantId),
            eq(idempotencyKeys.member_id, memberId),
            eq(idempotencyKeys.key, key),
          ),
        );
      return readOne(statement(found), (row) => ({
        requestHash: row.request_hash as string,
        result: JSON.parse(row.result as string) as Json,
      }));
    },

    insert({ memberId, key, requestHash, result, createdAt }: RememberedCall): Write {
      return statement(
        query.insert(idempotencyKeys).values({
          tenant_id: tenantId,
          member_id: memberId,
          key,
          request_hash: requestHash,
          result: JSON.stringify(result),
          created_at: createdAt,
        }),
      );
    },

    /** Lays what the batch has decided, an object of values that are not null, over the result kept in it. */
    complete(memberId: string, key: string, { sql, params }: Read<unknown>): Write {
      const [memberParam, keyParam] = [params.length + 1, params.length + 2];
      return {
        sql: `UPDATE idempotency_keys SET result = json_patch(result, (${sql}))
          WHERE tenant_id = ?1 AND member_id = ?${memberParam} AND key = ?${keyParam}`,
        params: [...params, memberId, key],
      };
    },
  };
}
