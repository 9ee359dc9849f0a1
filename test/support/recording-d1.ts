import { env } from "cloudflare:workers";
import { mentionedTenantTables, SWEEPS } from "./tenant-tables.ts";

export interface RecordedStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** One D1 round trip. */
export interface RecordedBatch {
  /** Binding that it went to: `DIRECTORY`, `TENANTS_01`. */
  readonly database: string;
  readonly statements: readonly RecordedStatement[];
}

/**
 * A D1 binding that tells of each batch before it is sent. Only what src/storage/database.ts uses exists:
 * whatever reaches D1 another way fails here.
 */
export function recordingD1(
  d1: D1Database,
  before: (statements: readonly RecordedStatement[]) => void | Promise<void>,
): D1Database {
  const real = new WeakMap<object, { statement: D1PreparedStatement; recorded: RecordedStatement }>();
  const wrap = (statement: D1PreparedStatement, recorded: RecordedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...params: unknown[]) => wrap(statement.bind(...params), { ...recorded, params }),
    } as D1PreparedStatement;
    real.set(wrapped, { statement, recorded });
    return wrapped;
  };
  const recording: Pick<D1Database, "prepare" | "batch"> = {
    prepare: (sql) => wrap(d1.prepare(sql), { sql, params: [] }),
    async batch<T>(wrapped: D1PreparedStatement[]) {
      const batch = wrapped.map((statement) => {
        const known = real.get(statement);
        if (!known) throw new Error("a statement of another database");
        return known;
      });
      await before(batch.map(({ recorded }) => recorded));
      return d1.batch<T>(batch.map(({ statement }) => statement));
    },
  };
  return recording as D1Database;
}

/** All databases, each telling of its batches before they are sent. */
export function recordingDatabases(before: (batch: RecordedBatch) => void | Promise<void>) {
  const databases = Object.entries(env).filter(
    ([name]) => name === "DIRECTORY" || name.startsWith("TENANTS_"),
  );
  return Object.fromEntries(
    databases.map(([database, d1]) => [
      database,
      recordingD1(d1 as D1Database, (statements) => before({ database, statements })),
    ]),
  );
}

interface Wall {
  /** Whose rows may be touched; without it those of one of `known`, the same in all statements. */
  readonly tenantId?: string;
  readonly known?: readonly string[];
  /** Lets declared sweeps over a whole shard pass; never for a request. */
  readonly sweeps?: boolean;
}

/** What is wrong with statements on the shards: each one on a tenant table must bind the tenant's id. */
export function tenantWallViolations(
  batches: readonly RecordedBatch[],
  { tenantId, known = [], sweeps = false }: Wall,
): string[] {
  const statements = batches
    .filter(({ database }) => database.startsWith("TENANTS_"))
    .flatMap((batch) => batch.statements)
    .filter(({ sql }) => !(sweeps && SWEEPS.some(({ pattern }) => pattern.test(sql))))
    .filter(({ sql }) => mentionedTenantTables(sql).length > 0);
  const allowed = tenantId === undefined ? known : [tenantId];
  const bound = allowed.filter((id) => statements.every(({ params }) => params.includes(id)));
  if (statements.length === 0 || bound.length > 0) return [];
  const loose = statements.filter(({ params }) => !allowed.some((id) => params.includes(id)));
  return (loose.length > 0 ? loose : statements).map(({ sql }) => {
    const tables = mentionedTenantTables(sql).join(", ");
    return `statement on ${tables} does not bind the tenant's id: ${sql.replaceAll(/\s+/g, " ").slice(0, 300)}`;
  });
}
