import type { OpenDatabase, Row } from "../tooling/open-databases.ts";
import { quoteName, quoteText } from "../tooling/sql-text.ts";
import type { Table } from "./tables.ts";

/**
 * A row travels as one line of JSON written by SQLite itself, so that 5 and 5.0, integers beyond 2⁵³ and the
 * lowest double come back as they were: JavaScript never parses a value. A BLOB is `{"blob":"<hex>"}`.
 */
const PAGE_ROWS = 2_000;

/** D1 takes statements of 100 kB at most. */
const STATEMENT_BYTES = 90_000;
const PARTS_TABLE = "restore_parts";

export async function* readLines(database: OpenDatabase, table: Table): AsyncGenerator<string> {
  const columns = table.columns.map((name, index) => `${asJson(name)} AS v${index}`);
  const keys = table.key.map((name, index) => `json_quote(${keyName(name)}) AS k${index}`);
  const order = table.key.map(keyName).join(", ");
  const from = `SELECT ${[...columns, ...keys].join(", ")} FROM ${quoteName(table.name)}`;
  let after = "";
  for (;;) {
    const [page = []] = await database.query(`${from}${after} ORDER BY ${order} LIMIT ${PAGE_ROWS}`);
    for (const row of page) {
      yield toLine(table, row);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) {
      return;
    }
    const bound = table.key.map((_, index) => fromJson(String(last[`k${index}`])));
    after = ` WHERE (${order}) > (${bound.join(", ")})`;
  }
}

/** Statements that put lines into an empty table; they may be run in groups, in order. */
export async function* insertStatements(
  table: string,
  columns: readonly string[],
  lines: AsyncIterable<string>,
): AsyncGenerator<string> {
  let batch: string[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const size = Buffer.byteLength(quoteText(line)) + 1;
    if (batch.length > 0 && bytes + size > STATEMENT_BYTES) {
      yield insertFrom(table, columns, quoteText(`[${batch.join(",")}]`));
      batch = [];
      bytes = 0;
    }
    if (size > STATEMENT_BYTES) {
      yield* insertInParts(table, columns, line);
    } else {
      batch.push(line);
      bytes += size;
    }
  }
  if (batch.length > 0) {
    yield insertFrom(table, columns, quoteText(`[${batch.join(",")}]`));
  }
}

/** A row longer than a statement may be is put together inside the database. */
function* insertInParts(table: string, columns: readonly string[], line: string): Generator<string> {
  yield `CREATE TABLE ${PARTS_TABLE} (n INTEGER PRIMARY KEY, part TEXT NOT NULL)`;
  const characters = [...line];
  // An escaped quote counts twice and a character takes at most four bytes.
  const length = Math.floor(STATEMENT_BYTES / 4);
  for (let start = 0; start < characters.length; start += length) {
    const part = characters.slice(start, start + length).join("");
    yield `INSERT INTO ${PARTS_TABLE} (part) VALUES (${quoteText(part)})`;
  }
  yield insertFrom(
    table,
    columns,
    `'[' || (SELECT group_concat(part, '') FROM (SELECT part FROM ${PARTS_TABLE} ORDER BY n)) || ']'`,
  );
  yield `DROP TABLE ${PARTS_TABLE}`;
}

function insertFrom(table: string, columns: readonly string[], json: string): string {
  const values = columns.map((name) => {
    const path = quoteText(`$.${JSON.stringify(name)}`);
    return `CASE json_type(value, ${path}) WHEN 'object' THEN unhex(value ->> ${path} ->> '$.blob') ELSE value ->> ${path} END`;
  });
  const names = columns.map(quoteName).join(", ");
  return `INSERT INTO ${quoteName(table)} (${names}) SELECT ${values.join(", ")} FROM json_each(${json})`;
}

function toLine(table: Table, row: Row): string {
  const members = table.columns.map((name, index) => `${JSON.stringify(name)}:${row[`v${index}`]}`);
  return `{${members.join(",")}}`;
}

function asJson(column: string): string {
  const name = quoteName(column);
  return `CASE typeof(${name}) WHEN 'blob' THEN json_object('blob', hex(${name})) ELSE json_quote(${name}) END`;
}

/** The SQL literal of a value that SQLite wrote as JSON. */
function fromJson(json: string): string {
  return json.startsWith('"') ? quoteText(JSON.parse(json) as string) : json;
}

const keyName = (name: string): string => (name === "rowid" ? name : quoteName(name));
