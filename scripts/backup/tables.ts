import type { OpenDatabase, Row } from "../tooling/open-databases.ts";
import { quoteName } from "../tooling/sql-text.ts";

/** An ordinary table: what a backup holds. Search tables are virtual and rebuilt from the records. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** What its rows are told apart and ordered by: the primary key, or SQLite's own row number. */
  readonly key: readonly string[];
}

export interface Contents {
  readonly tables: readonly Table[];
  /** Names of the migrations that the database has been brought up to. */
  readonly migrations: readonly string[];
}

/** Ordinary tables by name, save those that belong to SQLite, D1 and wrangler themselves. */
const TABLES =
  "SELECT t.name AS name, t.wr AS without_rowid, c.name AS column_name, c.pk AS pk, c.hidden AS hidden " +
  "FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c " +
  "WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' " +
  "AND t.name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND t.name <> 'd1_migrations' ORDER BY t.name, c.cid";

const MIGRATIONS = "SELECT name FROM d1_migrations ORDER BY name";

export async function readContents(database: OpenDatabase): Promise<Contents> {
  const [[bookkeeping] = []] = await database.query(
    "SELECT count(*) AS n FROM sqlite_master WHERE name = 'd1_migrations'",
  );
  if (bookkeeping?.n !== 1) {
    throw new Error(`${database.binding} has no tables yet: run \`npm run migrate\` first.`);
  }
  const [columns = [], migrations = []] = await database.query(TABLES, MIGRATIONS);
  const names = [...new Set(columns.map(({ name }) => String(name)))];
  return {
    tables: names.map((name) =>
      toTable(
        name,
        columns.filter((row) => row.name === name),
      ),
    ),
    migrations: migrations.map(({ name }) => String(name)),
  };
}

function toTable(name: string, rows: readonly Row[]): Table {
  const primary = rows.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk));
  const withoutRowid = rows.some(({ without_rowid }) => without_rowid === 1);
  return {
    name,
    // Hidden columns are generated: SQLite computes them again.
    columns: rows.filter(({ hidden }) => hidden === 0).map(({ column_name }) => String(column_name)),
    key: withoutRowid ? primary.map(({ column_name }) => String(column_name)) : ["rowid"],
  };
}

/** How many rows each table holds. */
export async function countRows(
  database: OpenDatabase,
  tables: readonly { readonly name: string }[],
): Promise<Map<string, number>> {
  const counts = await database.query(
    ...tables.map(({ name }) => `SELECT count(*) AS n FROM ${quoteName(name)}`),
  );
  return new Map(tables.map(({ name }, index) => [name, Number(counts[index]?.[0]?.n ?? 0)]));
}
