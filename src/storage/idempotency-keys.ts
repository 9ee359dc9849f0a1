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
  };
}
