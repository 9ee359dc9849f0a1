import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listDatabases } from "./databases.ts";
import type { LocalState } from "./local-state.ts";
import { openPlatformProxy } from "./platform-proxy.ts";
import { runWrangler } from "./wrangler.ts";

export type Row = Readonly<Record<string, string | number | null>>;

/** One database to read from or to write to; the same plain SQL for a local one and a deployed one. */
export interface OpenDatabase {
  readonly binding: string;
  /** Answers the rows of each query; several in one call cost little more than one. */
  query(...queries: readonly string[]): Promise<Row[][]>;
  /** Runs statements in order, all or none of them; they carry no closing semicolon. */
  run(statements: readonly string[]): Promise<void>;
}

export interface OpenDatabases {
  /** The directory first, then the shards. */
  readonly databases: readonly OpenDatabase[];
  close(): Promise<void>;
}

/** Every local database, in this process: a wrangler command for each step would take seconds every time. */
export async function openLocalDatabases(state: LocalState): Promise<OpenDatabases> {
  const proxy = await openPlatformProxy<Record<string, D1Database>>(state);
  const databases = listDatabases().map(({ binding }): OpenDatabase => {
    const database = proxy.env[binding];
    if (database === undefined) {
      throw new Error(`wrangler.toml: no binding ${binding}.`);
    }
    const batch = (statements: readonly string[]) =>
      database.batch<Row>(statements.map((sql) => database.prepare(sql)));
    return {
      binding,
      query: async (...queries) => (await batch(queries)).map(({ results }) => results),
      run: async (statements) => {
        await batch(statements);
      },
    };
  });
  return { databases, close: () => proxy.dispose() };
}

/** Through `wrangler d1 execute`, which knows how to log in; `where` is `--remote`, or a local place in tests. */
export function openThroughWrangler(where: readonly string[]): OpenDatabases {
  const databases = listDatabases().map(
    ({ binding }): OpenDatabase => ({
      binding,
      query: async (...queries) => {
        const command = queries.join(";\n");
        const output = await runWrangler([
          "d1",
          "execute",
          binding,
          ...where,
          "--json",
          "--command",
          command,
        ]);
        return (JSON.parse(output) as { results: Row[] }[]).map(({ results }) => results);
      },
      run: async (statements) => {
        const folder = mkdtempSync(join(tmpdir(), "statements-"));
        try {
          const file = join(folder, "statements.sql");
          writeFileSync(file, statements.map((statement) => `${statement};\n`).join(""));
          await runWrangler(["d1", "execute", binding, ...where, "--json", "--yes", "--file", file]);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    }),
  );
  return { databases, close: () => Promise.resolve() };
}
