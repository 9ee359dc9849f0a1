import { lt } from "drizzle-orm";
import { type Read, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { throttles } from "./tables/directory.ts";

/** Exact counters of tries within fixed windows. Subjects are hashed by the caller. */
export function throttleStore() {
  return {
    /** Counts one more try and answers how many there were in this window, this one included. */
    count(subject: string, windowStart: number): Read<number> {
      const sql = `INSERT INTO throttles (subject, window_start, tries) VALUES (?, ?, 1)
        ON CONFLICT (subject, window_start) DO UPDATE SET tries = tries + 1 RETURNING tries`;
      return { sql, params: [subject, windowStart], decode: ([row]) => (row?.tries as number) ?? 1 };
    },

    deleteBefore(windowStart: number): Write {
      return statement(query.delete(throttles).where(lt(throttles.window_start, windowStart)));
    },
  };
}
