import { AppError, CommitRefused, type StaleCode } from "../errors.ts";
import { retry } from "../lib/retry.ts";
import type { D1Meter } from "./meter.ts";

export type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** A statement that answers something. Reads are data: whoever holds several sends them in one trip. */
export interface Read<T> extends Statement {
  decode(rows: readonly Row[]): T;
}

/** A statement that changes something; only `commit` runs it, together with the others of its change. */
export type Write = Statement;

export type Answers<Reads extends readonly Read<unknown>[]> = {
  -readonly [I in keyof Reads]: Reads[I] extends Read<infer T> ? T : never;
};

const TRANSIENT =
  /network connection lost|caused object to be reset|reset because its code was updated|cannot resolve d1 db|can't read from request stream/i;
const OVERLOADED = /overloaded|timed? ?out|too many requests|exceeded its cpu|memory limit/i;
const STALE = /\b(stale_rights|stale_schema|stale_record)\b/;
const NOT_UNIQUE = /UNIQUE constraint failed: (\w+)\./;

const isTransient = (error: unknown) => TRANSIENT.test(String(error));

/** One D1 database: reads and writes go through batches, so each call is one round trip. */
export interface Database {
  read<const Reads extends readonly Read<unknown>[]>(reads: Reads): Promise<Answers<Reads>>;
  /**
   * Runs all writes, then the reads, as one transaction.
   * @throws CommitRefused when a guard or a unique key rolled it back.
   */
  commit<const Reads extends readonly Read<unknown>[]>(
    writes: readonly Write[],
    reads?: Reads,
  ): Promise<Answers<Reads>>;
}

export function openDatabase(d1: D1Database, meter?: D1Meter): Database {
  async function run(statements: readonly Statement[]): Promise<D1Result<Row>[]> {
    const prepared = statements.map(({ sql, params }) => d1.prepare(sql).bind(...params));
    // A batch that fails was a trip, too; what it read before it was rolled back, D1 does not say.
    let results: D1Result<Row>[] = [];
    try {
      results = await d1.batch<Row>(prepared);
    } finally {
      meter?.record(statements, results);
    }
    return results;
  }

  function decodeAll<Reads extends readonly Read<unknown>[]>(
    reads: Reads,
    results: readonly D1Result<Row>[],
  ): Answers<Reads> {
    return reads.map((read, i) => read.decode(results[i]?.results ?? [])) as Answers<Reads>;
  }

  return {
    async read(reads) {
      try {
        const results = await retry(() => run(reads), {
          attempts: 3,
          firstDelay: 50,
          isPassing: isTransient,
        });
        return decodeAll(reads, results);
      } catch (error) {
        throw translate(error);
      }
    },
    // Not retried: after a lost reply nobody knows whether the batch committed. Callers that can tell, retry.
    async commit(writes, reads) {
      try {
        const results = await run([...writes, ...(reads ?? [])]);
        return decodeAll(reads ?? [], results.slice(writes.length)) as never;
      } catch (error) {
        throw translate(error);
      }
    },
  };
}

/** Turns D1's words into ours: a refused commit, or 503 for what passes by itself. */
function translate(error: unknown): unknown {
  const message = String(error);
  const stale = STALE.exec(message)?.[1];
  if (stale) return new CommitRefused(stale as StaleCode);
  const table = NOT_UNIQUE.exec(message)?.[1];
  if (table) return new CommitRefused("not_unique", table);
  if (TRANSIENT.test(message) || OVERLOADED.test(message)) {
    return new AppError("unavailable", { retryAfter: 1, cause: error });
  }
  return error;
}

/** A read whose rows are decoded one by one. */
export function readMany<T>(statement: Statement, decode: (row: Row) => T): Read<T[]> {
  return { ...statement, decode: (rows) => rows.map(decode) };
}

/** A read of at most one row. */
export function readOne<T>(statement: Statement, decode: (row: Row) => T): Read<T | undefined> {
  return { ...statement, decode: ([row]) => (row ? decode(row) : undefined) };
}

type DrizzleQuery = { toSQL(): { sql: string; params: unknown[] } };

/** A drizzle query as a statement. */
export function statement(query: DrizzleQuery): Statement {
  const { sql, params } = query.toSQL();
  return { sql, params: params as SqlValue[] };
}
