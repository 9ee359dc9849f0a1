import type { Write } from "./database.ts";

export function deadLetterStore(tenantId: string) {
  return {
    /** Keeps a queue message that could not be handled, once under its id; nothing if there is no such tenant. */
    insert(letter: { id: string; queue: string; message: unknown; createdAt: string }): Write {
      return {
        sql: `INSERT INTO dead_letters (tenant_id, id, queue, message, created_at)
          SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM tenants WHERE tenant_id = ?1)
          ON CONFLICT DO NOTHING`,
        params: [tenantId, letter.id, letter.queue, JSON.stringify(letter.message), letter.createdAt],
      };
    },
  };
}
