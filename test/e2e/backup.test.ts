import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import type { Manifest } from "../../scripts/backup/manifest.ts";
import { readContents } from "../../scripts/backup/tables.ts";
import { backUp } from "../../scripts/backup.ts";
import { checkData } from "../../scripts/check-data.ts";
import { restore } from "../../scripts/restore.ts";
import type { LocalState } from "../../scripts/tooling/local-state.ts";
import {
  type OpenDatabase,
  openLocalDatabases,
  openThroughWrangler,
} from "../../scripts/tooling/open-databases.ts";
import { quoteName, quoteText } from "../../scripts/tooling/sql-text.ts";
import { deleteState, makeMigratedState } from "../support/migrated-state.ts";

const NASTY_TEXTS = [
  "",
  "it's; -- a 'comment' /* or */ BEGIN; CASE END;",
  'line\nfeed, carriage\rreturn, tab\t, "quotes", \\ and {"json": [1.0]}',
  "\u2028\u2029\u0001\u001f Ёлка, ß, 漢字, 👩‍👩‍👧‍👦, $.a, ?1, :name",
  "5",
  "5.0",
  "null",
];

/** Rows of one table that needs several pages. */
const MANY = 4_500;
const LONG_TEXT = "длинный 'текст' 🙂 ".repeat(20_000);

const states: LocalState[] = [];
const folders: string[] = [];
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  states.splice(0).forEach(deleteState);
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function makeState(): Promise<LocalState> {
  const state = await makeMigratedState();
  states.push(state);
  return state;
}

async function openState(state: LocalState): Promise<readonly OpenDatabase[]> {
  const opened = await openLocalDatabases(state);
  open.push(opened);
  // A backup is restored before anything is seeded.
  await opened.databases[0]?.run(["DELETE FROM permissions"]);
  return opened.databases;
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "crm-backup-"));
  folders.push(folder);
  return folder;
}

const PROBE =
  "CREATE TABLE probe (tenant TEXT NOT NULL, key ANY NOT NULL, value ANY, PRIMARY KEY (tenant, key)) STRICT, WITHOUT ROWID";

/** Every kind of value that SQLite can hold, in a table that keeps each as it is given. */
const PROBE_VALUES = [
  "5",
  "5.0",
  "-0.1",
  "1e21",
  "9223372036854775807",
  "-1.7976931348623157e308",
  "4.9e-324",
  "null",
  "x''",
  "x'00ff10'",
  ...NASTY_TEXTS.map(quoteText),
];

/** Some rows in every table, whatever the tables are: as many as there are nasty texts. */
async function fill(database: OpenDatabase): Promise<void> {
  const { tables } = await readContents(database);
  const types = await database.query(
    ...tables.map(({ name }) => `SELECT name, type FROM pragma_table_xinfo(${quoteText(name)})`),
  );
  const statements = tables.flatMap(({ name, columns }, index) => {
    const typeOf = new Map(types[index]?.map((row) => [String(row.name), String(row.type)]));
    return NASTY_TEXTS.map((text, row) => {
      const values = columns.map((column) =>
        typeOf.get(column) === "INTEGER" ? String(row * 1_000 + 7) : quoteText(`${text}#${row}`),
      );
      return `INSERT INTO ${quoteName(name)} (${columns.map(quoteName).join(", ")}) VALUES (${values.join(", ")})`;
    });
  });
  const probes = PROBE_VALUES.map(
    (value, row) => `INSERT INTO probe (tenant, key, value) VALUES ('t', ${row}.5, ${value})`,
  );
  await database.run([
    ...statements,
    PROBE,
    ...probes,
    `INSERT INTO probe (tenant, key, value) VALUES ('long', 'text', ${quoteText(LONG_TEXT.slice(0, 10_000))})`,
    // Longer than a statement may be, so it has to be restored in parts.
    "UPDATE probe SET value = replace(hex(zeroblob(60)), '00', value) WHERE tenant = 'long'",
    `INSERT INTO probe (tenant, key, value) SELECT 'many', value, value * 0.1 FROM json_each('[${numbers(MANY)}]')`,
  ]);
}

const numbers = (count: number): string => Array.from({ length: count }, (_, index) => index).join(",");

/** What must be equal between two backups: everything but the times. */
function essence(manifest: Manifest): unknown {
  return manifest.databases;
}

describe("backup and restore", () => {
  it("brings every row of every table back as it was", async () => {
    const source = await openState(await makeState());
    for (const database of source) {
      await fill(database);
    }
    const folder = makeFolder();
    const saved = await backUp(source, folder);
    const probe = saved.databases[0]?.tables.find(({ name }) => name === "probe");
    expect(probe?.rows).toBe(PROBE_VALUES.length + 1 + MANY);
    expect(saved.databases.flatMap(({ tables }) => tables).every(({ rows }) => rows > 0)).toBe(true);

    const target = await openState(await makeState());
    await Promise.all(target.map((database) => database.run([PROBE])));
    await restore(target, folder);
    expect(essence(await backUp(target, makeFolder()))).toEqual(essence(saved));
  });

  it("makes the search anew, which backups leave out", async () => {
    const [, source] = await openState(await makeState());
    const to = await openState(await makeState());
    const [, target] = to;
    if (source === undefined || target === undefined) throw new Error("No shard.");
    const record = (number: number, deletedAt: string) =>
      `INSERT INTO records (tenant_id, type, number, id, version, position, data, folded, created_at, updated_at,
        deleted_at) VALUES ('t', 3, ${number}, 'r${number}', 1, 'a${number}',
        '{"a1":"Ёлка (Sales)","a2":"x","a3":5}', '{"a1":"елка (sales)"}', '', '', ${deletedAt})`;
    const attribute = (number: number, type: string) =>
      `INSERT INTO attributes (tenant_id, id, entity_type_id, number, name, display_name, value_type, required,
        is_unique, indexed, settings, position, created_at)
       VALUES ('t', 'a${number}', 'e', ${number}, 'a${number}', '', '${type}', 0, 0, 0, '{}', 0, '')`;
    await source.run([
      `INSERT INTO tenants (tenant_id, name, state, time_zone, default_country, locale, currency, rights_version,
        last_attribute_number, created_at) VALUES ('t', 'T', 'active', 'UTC', 'RU', 'ru', 'RUB', 1, 3, '')`,
      "UPDATE shard_counters SET value = 3",
      `INSERT INTO entity_types (tenant_id, id, number, name, display_name, schema_version, last_record_number,
        record_count, created_at, updated_at) VALUES ('t', 'e', 3, 'things', '', 1, 2, 1, '', '')`,
      attribute(1, "string"),
      attribute(2, "text"),
      attribute(3, "integer"),
      record(1, "NULL"),
      record(2, "'2025-01-01'"),
    ]);
    const folder = makeFolder();
    await backUp([source], folder);
    await restore([target], folder);
    const find = async (text: string) =>
      (await target.query(`SELECT rowid FROM record_search WHERE record_search MATCH '"${text}"'`))[0];
    const found = [{ rowid: 3 * 2 ** 32 + 1 }];
    const findingsOf = async (shard: OpenDatabase) =>
      (await checkData([shard], () => {})).map(({ record, problem }) => [record, problem]);
    expect(await findingsOf(source)).toEqual([["r1", "its row is missing"]]);
    expect(await findingsOf(target)).toEqual([]);
    for (const text of ["елк", "(sales)", "  sa", "  x"]) expect(await find(text)).toEqual(found);
    for (const text of ["Ёлк", "  5"]) expect(await find(text)).toEqual([]);
  });

  it("refuses what would not come back whole: rows in the way, other migrations, a changed file", async () => {
    const source = await openState(await makeState());
    for (const database of source) {
      await database.run([PROBE, "INSERT INTO probe VALUES ('t', 1, 'one')"]);
    }
    const folder = makeFolder();
    await backUp(source, folder);
    await expect(restore(source, folder)).rejects.toThrow("DIRECTORY.probe has rows");

    const target = await openState(await makeState());
    await Promise.all(target.map((database) => database.run([PROBE])));
    await target[1]?.run(["UPDATE d1_migrations SET name = 'other.sql' WHERE id = 1"]);
    await expect(restore(target, folder)).rejects.toThrow("TENANTS_01 is at other migrations");

    appendFileSync(join(folder, "TENANTS_01/probe.ndjson"), '{"tenant":"t","key":2,"value":null}\n');
    await expect(restore(target, folder)).rejects.toThrow("TENANTS_01/probe.ndjson");
    const [counts] = (await target[0]?.query("SELECT count(*) AS n FROM probe")) ?? [];
    expect(counts).toEqual([{ n: 0 }]);
    await expect(backUp(source, folder)).rejects.toThrow("is not empty");
  });

  // One wrangler command for each step takes a minute, so the reduced run leaves this to the full one.
  if (inject("full"))
    it("does the same through wrangler's commands, as for deployed databases", async () => {
      const from = await makeState();
      const [source] = await openState(from);
      const to = await makeState();
      const [target] = await openState(to);
      if (source === undefined || target === undefined) {
        throw new Error("No directory.");
      }
      await fill(source);
      await target.run([PROBE]);
      const expected = await backUp([source], makeFolder());
      await Promise.all(open.splice(0).map((one) => one.close()));

      const through = (state: LocalState): OpenDatabase[] =>
        openThroughWrangler(["--local", "--persist-to", state.folder]).databases.slice(0, 1);
      const folder = makeFolder();
      expect(essence(await backUp(through(from), folder))).toEqual(essence(expected));
      await restore(through(to), folder);
      expect(essence(await backUp(through(to), makeFolder()))).toEqual(essence(expected));
    });
});
