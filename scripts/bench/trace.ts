import { pathToFileURL } from "node:url";
import type { SqlValue } from "../../src/storage/database.ts";
import type { BuiltWorker } from "./build-worker.ts";
import type { Request } from "./client.ts";
import type { RunningWorkers } from "./start-workers.ts";

/** A statement that a request ran, and what it cost. */
export interface TracedStatement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Length of its rows as JSON. */
  readonly answerLength: number;
}

type Handler = (request: globalThis.Request, env: unknown, context: unknown) => Promise<Response>;

/** Makes each trace load the bundle anew. */
let loads = 0;

/**
 * Runs requests in this process, through the very bundle that is measured and on the same databases, and tells
 * which statements each one ran: the bare Worker gets its statement from here, so it cannot drift from the CRM's.
 * The first request meets a cold isolate.
 */
export async function openTrace(
  { main }: BuiltWorker,
  { crm, env }: RunningWorkers,
): Promise<(request: Request) => Promise<TracedStatement[]>> {
  const { default: worker } = (await import(`${pathToFileURL(main)}?${++loads}`)) as {
    default: { fetch: Handler };
  };
  const seen: TracedStatement[] = [];
  const recorded = { ...env, TENANTS_01: recording(env.TENANTS_01 as D1Database, seen) };
  const context = { waitUntil() {}, passThroughOnException() {} };
  return async ({ method, path, headers, body }) => {
    seen.length = 0;
    const request = new Request(new URL(path, crm), { method, headers, body });
    const response = await worker.fetch(request, recorded, context);
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return [...seen];
  };
}

function recording(d1: D1Database, seen: TracedStatement[]): D1Database {
  const real = new WeakMap<object, { sql: string; params: readonly SqlValue[] }>();
  const statement = (sql: string, params: readonly SqlValue[]): D1PreparedStatement => {
    const wrapped = { bind: (...bound: SqlValue[]) => statement(sql, bound) } as D1PreparedStatement;
    real.set(wrapped, { sql, params });
    return wrapped;
  };
  const recorded: Pick<D1Database, "prepare" | "batch"> = {
    prepare: (sql) => statement(sql, []),
    async batch<T>(batch: D1PreparedStatement[]) {
      const plain = batch.map((wrapped) => real.get(wrapped) ?? { sql: "", params: [] });
      const results = await d1.batch<T>(plain.map(({ sql, params }) => d1.prepare(sql).bind(...params)));
      for (const [i, { sql, params }] of plain.entries()) {
        const result = results[i];
        seen.push({
          sql,
          params,
          rowsRead: result?.meta.rows_read ?? 0,
          rowsWritten: result?.meta.rows_written ?? 0,
          answerLength: JSON.stringify(result?.results ?? []).length,
        });
      }
      return results;
    },
  };
  return recorded as D1Database;
}

/** The statement that fetched the record or page that the request asked for. */
export function recordsStatement(statements: readonly TracedStatement[]): TracedStatement {
  const candidates = statements
    .filter(({ sql }) => /\brecords\b/.test(sql))
    .sort((a, b) => b.answerLength - a.answerLength);
  if (!candidates[0]) throw new Error("No statement on records was seen.");
  return candidates[0];
}

/** `SELECT entity_types`: what a statement does to which table, told without what stands in parentheses. */
export function shortName({ sql }: TracedStatement): string {
  let flat = sql.replaceAll(/\s+/g, " ").trim();
  for (let before = ""; before !== flat; ) {
    before = flat;
    flat = flat.replaceAll(/\([^()]*\)/g, "");
  }
  const verb = /^\w+/.exec(flat)?.[0]?.toUpperCase() ?? "";
  const table = /\b(?:FROM|INTO|UPDATE)\s+(?:json_each\s+\w+\s+(?:CROSS )?JOIN\s+)?(\w+)/i.exec(flat)?.[1];
  return `${verb} ${table ?? ""}`.trim();
}
