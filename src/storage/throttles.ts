import type { Read } from "./database.ts";

/** Exact counters of tries within fixed windows. Subjects are hashed by the caller. */
export function throttleStore() {
  return {
    /** Counts one more try and answers how many there were in this window, this one included. */
    count(subject: string, windowStart: number): Read<number> {
      const sql = `INSERT INTO throttles (subject, window_start, tries) VALUES (?, ?, 1)
        ON CONFLICT (subject, window_start) DO UPDATE SET tries = tries + 1 RETURNING tries`;
      return { sql, params: [subject, windowStart], decode: ([row]) => (row?.tries as number) ?? 1 };
    },

    /** Forgets some of the windows before the given one; answers how many. */
    deleteBefore(windowStart: number): Read<number> {
      const sql = `DELETE FROM throttles WHERE rowid IN
        (SELECT rowid FROM throttles WHERE window_start < ? LIMIT 1000) RETURNING 1`;
      return { sql, params: [windowStart], decode: (rows) => rows.length };
    },
  };
}
