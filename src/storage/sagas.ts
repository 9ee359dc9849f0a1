import { eq } from "drizzle-orm";
import { type Read, readMany, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { sagas } from "./tables/directory.ts";

export interface SagaRow {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly attempts: number;
}

/** Work over directory and shard that has begun and not ended. */
export function sagaStore() {
  return {
    insert(saga: { id: string; kind: string; payload: unknown; dueAt: string; createdAt: string }): Write {
      return statement(
        query.insert(sagas).values({
          id: saga.id,
          kind: saga.kind,
          payload: JSON.stringify(saga.payload),
          attempts: 0,
          due_at: saga.dueAt,
          created_at: saga.createdAt,
        }),
      );
    },

    /** Takes what is due and puts it off until `retryAt`, so that two sweeps do not run the same one at once. */
    claimDue(due: {
      readonly what: "mails" | "others";
      readonly now: string;
      readonly retryAt: string;
      readonly limit: number;
    }): Read<SagaRow[]> {
      const sql = `UPDATE sagas SET attempts = attempts + 1, due_at = ?2
        WHERE id IN (SELECT id FROM sagas
          WHERE due_at <= ?1 AND (kind = 'send_mail') = ?4 ORDER BY due_at LIMIT ?3)
        RETURNING id, kind, payload, attempts`;
      const { what, now, retryAt, limit } = due;
      return readMany({ sql, params: [now, retryAt, limit, what === "mails" ? 1 : 0] }, (row) => ({
        id: row.id as string,
        kind: row.kind as string,
        payload: JSON.parse(row.payload as string),
        attempts: row.attempts as number,
      }));
    },

    noteFailure(id: string, error: string): Write {
      return statement(query.update(sagas).set({ last_error: error }).where(eq(sagas.id, id)));
    },

    delete(id: string): Write {
      return statement(query.delete(sagas).where(eq(sagas.id, id)));
    },
  };
}
