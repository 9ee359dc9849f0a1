import { env } from "cloudflare:workers";
import { getTableName, is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import * as directoryTables from "../../src/storage/tables/directory.ts";
import {
  CUSTOM_TENANT_TABLES,
  SHARED_TABLES,
  TENANT_VIEWS,
  tenantDrizzleTables,
  tenantTables,
} from "../support/tenant-tables.ts";

const shards = Object.entries(env as unknown as Record<string, D1Database>).filter(([name]) =>
  name.startsWith("TENANTS_"),
);
const shard = env.TENANTS_01;
const directoryDrizzleTables = Object.values(directoryTables).filter((value) => is(value, SQLiteTable));

interface Entry {
  type: string;
  name: string;
  tbl_name: string;
  sql: string | null;
}

/** Everything that migrations made; what D1 and wrangler keep for themselves is left out. */
async function entries(d1: D1Database): Promise<Entry[]> {
  const { results } = await d1
    .prepare(
      `SELECT type, name, tbl_name, sql FROM sqlite_master
       WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND tbl_name <> 'd1_migrations'
       ORDER BY tbl_name, type DESC, name`,
    )
    .all<Entry>();
  return results;
}

async function dump(d1: D1Database): Promise<string> {
  const made = await entries(d1);
  return `${made.map(({ sql }) => `${sql};`).join("\n\n")}\n`;
}

/** The columns of the primary key and of each index, in order. */
async function keysOf(d1: D1Database, table: string) {
  const columns = await d1
    .prepare(`PRAGMA table_info("${table}")`)
    .all<{ name: string; type: string; notnull: number; pk: number }>();
  const list = await d1
    .prepare(`PRAGMA index_list("${table}")`)
    .all<{ name: string; unique: number; origin: string; partial: number }>();
  const indexes = await Promise.all(
    list.results
      .filter(({ origin }) => origin === "c")
      .map(async ({ name, unique, partial }) => {
        const { results } = await d1.prepare(`PRAGMA index_info("${name}")`).all<{ name: string }>();
        return {
          name,
          unique: unique === 1,
          partial: partial === 1,
          columns: results.map((column) => column.name),
        };
      }),
  );
  return {
    columns: columns.results.map(({ name, type, notnull }) => ({
      name,
      type: type.toLowerCase(),
      notNull: notnull === 1,
    })),
    primaryKey: columns.results
      .filter(({ pk }) => pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map(({ name }) => name),
    indexes: indexes.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function declaredKeys(table: SQLiteTable) {
  const { columns, primaryKeys, indexes, uniqueConstraints } = getTableConfig(table);
  const single = columns.filter(({ primary }) => primary).map(({ name }) => name);
  const uniques = columns
    .filter(({ isUnique }) => isUnique)
    .map(({ name, uniqueName }) => ({
      name: String(uniqueName),
      unique: true,
      partial: false,
      columns: [name],
    }));
  expect(uniqueConstraints).toEqual([]);
  return {
    columns: columns.map((column) => ({
      name: column.name,
      type: column.getSQLType().toLowerCase(),
      notNull: column.notNull,
    })),
    primaryKey: primaryKeys[0]?.columns.map(({ name }) => name) ?? single,
    indexes: [
      ...uniques,
      ...indexes.map(({ config }) => ({
        name: config.name,
        unique: config.unique,
        partial: config.where !== undefined,
        columns: config.columns.map((column) => (column as { name: string }).name),
      })),
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

describe("a migrated database", () => {
  // After a migration: `npx vitest run test/storage/migrations.test.ts -u`, and read the difference.
  it("is the committed snapshot: directory", async () => {
    await expect(await dump(env.DIRECTORY)).toMatchFileSnapshot("directory.sql");
  });

  it.each(shards)("is the committed snapshot: %s", async (_name, d1) => {
    await expect(await dump(d1)).toMatchFileSnapshot("shard.sql");
  });

  it.each(tenantDrizzleTables.map((table) => [getTableName(table), table] as const))(
    "agrees with the drizzle table: shard, %s",
    async (name, table) => {
      expect(await keysOf(shard, name)).toEqual(declaredKeys(table));
    },
  );

  it.each(directoryDrizzleTables.map((table) => [getTableName(table), table] as const))(
    "agrees with the drizzle table: directory, %s",
    async (name, table) => {
      expect(await keysOf(env.DIRECTORY, name)).toEqual(declaredKeys(table));
    },
  );

  it("has no tables that tests do not know of", async () => {
    const names = (type: string) =>
      entries(shard).then((made) => made.filter((entry) => entry.type === type).map(({ name }) => name));
    expect(await names("table")).toEqual([...tenantTables, ...Object.keys(SHARED_TABLES)].sort());
    expect(await names("view")).toEqual([...TENANT_VIEWS]);
    const directory = await entries(env.DIRECTORY);
    expect(directory.filter(({ type }) => type === "table").map(({ name }) => name)).toEqual(
      directoryDrizzleTables.map((table) => getTableName(table)).sort(),
    );
  });

  it.each(tenantTables)("has the tenant first in every key of %s", async (table) => {
    const { columns, primaryKey, indexes } = await keysOf(shard, table);
    expect(columns[0]).toMatchObject({ name: "tenant_id", notNull: true });
    expect(primaryKey[0]).toBe("tenant_id");
    for (const index of indexes) expect(index.columns[0], index.name).toBe("tenant_id");
  });

  it("keeps the custom tables strict and without rowids", async () => {
    const made = await entries(shard);
    for (const name of CUSTOM_TENANT_TABLES) {
      expect(made.find((entry) => entry.name === name)?.sql).toMatch(/STRICT, WITHOUT ROWID$/);
    }
  });
});
