import { env } from "cloudflare:workers";
import type { EntityType } from "../../src/domain/entity-types/entity-type.ts";
import { derive, keptAttributes } from "../../src/domain/records/derive.ts";
import { openTenantStorage } from "../../src/storage/index.ts";

interface Place {
  readonly id: string;
  readonly shard: string;
}

const databaseOf = ({ shard }: Place) =>
  (env as unknown as Record<string, D1Database>)[`TENANTS_${shard}`] as D1Database;

async function select<T>(place: Place, sql: string, ...params: unknown[]): Promise<T[]> {
  const { results } = await databaseOf(place)
    .prepare(sql)
    .bind(place.id, ...params)
    .all<T>();
  return results;
}

/** The entity type as the database has it, not as some isolate remembers it. */
export async function storedType(place: Place, name: string): Promise<EntityType> {
  const storage = openTenantStorage(databaseOf(place), place.id);
  const types = (await storage.read([storage.entityTypes.list()]))[0];
  const found = types.find((type) => type.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

/**
 * What of the rows beside a tenant's records is not what follows from the records themselves: titles, folded copies,
 * index and unique rows, search rows, and rows of what is not there any more. Rows that a job is making are left out.
 */
export async function rowsOutOfStep(place: Place): Promise<string[]> {
  const storage = openTenantStorage(databaseOf(place), place.id);
  const [types] = await storage.read([storage.entityTypes.list()]);
  const expected = { record_index: new Set<string>(), record_unique: new Set<string>() };
  const unfinished = new Set<number>();
  const wrong: string[] = [];
  for (const type of types) {
    for (const attribute of keptAttributes(type)) if (attribute.building) unfinished.add(attribute.number);
    const records = await select<{
      number: number;
      data: string;
      title: string | null;
      folded: string;
      deleted_at: string | null;
    }>(place, "SELECT * FROM records WHERE tenant_id = ? AND type = ?", type.number);
    const live = records.filter((record) => record.deleted_at === null);
    if (live.length !== type.recordCount)
      wrong.push(`${type.name} counts ${type.recordCount}, not ${live.length}`);
    for (const record of records) {
      const rows = derive(type, JSON.parse(record.data));
      const what = `${type.name} ${record.number}`;
      if (record.title !== rows.title) wrong.push(`title of ${what}: ${record.title}, not ${rows.title}`);
      if (!sameEntries(JSON.parse(record.folded), rows.folded)) wrong.push(`folded copy of ${what}`);
      if (record.deleted_at !== null) continue;
      for (const { attribute, key } of rows.index) {
        expected.record_index.add(JSON.stringify([attribute, key, record.number]));
      }
      for (const { attribute, key } of rows.unique) {
        expected.record_unique.add(JSON.stringify([attribute, key, record.number]));
      }
    }
    wrong.push(...(await searchOutOfStep(place, type, live)));
  }
  for (const table of ["record_index", "record_unique"] as const) {
    const rows = await select<{ attribute: number; key: string | number; record: number }>(
      place,
      `SELECT attribute, key, record FROM ${table} WHERE tenant_id = ?`,
    );
    const stored = new Set(
      rows.map(({ attribute, key, record }) => JSON.stringify([attribute, key, record])),
    );
    const isWhole = (row: string) => !unfinished.has(JSON.parse(row)[0]);
    for (const row of stored)
      if (isWhole(row) && !expected[table].has(row)) wrong.push(`${table} has ${row}`);
    for (const row of expected[table])
      if (isWhole(row) && !stored.has(row)) wrong.push(`${table} lacks ${row}`);
  }
  return wrong;
}

/** Asks for each word of the type's texts which records have it, and compares with the texts themselves. */
async function searchOutOfStep(
  place: Place,
  type: EntityType,
  live: readonly { number: number; data: string }[],
): Promise<string[]> {
  const bodies = live.map(({ number, data }) => ({ number, body: derive(type, JSON.parse(data)).search }));
  const words = new Set(bodies.flatMap(({ body }) => body.split(/ +/).filter((word) => word.length >= 3)));
  const first = 2 ** 32 * type.number;
  const { results: all } = await databaseOf(place)
    .prepare(`SELECT rowid AS id FROM record_search WHERE rowid > ${first} AND rowid < ${first + 2 ** 32}`)
    .all<{ id: number }>();
  const filled = bodies.filter(({ body }) => body !== "").map(({ number }) => number);
  const stored = all.map(({ id }) => id - first).sort((a, b) => a - b);
  const wrong: string[] = [];
  if (String(stored) !== String(filled.sort((a, b) => a - b))) {
    wrong.push(`${type.name} has search rows ${stored}, not ${filled}`);
  }
  for (const word of words) {
    const { results } = await databaseOf(place)
      .prepare(
        `SELECT rowid AS id FROM record_search
         WHERE record_search MATCH ?1 AND rowid > ${first} AND rowid < ${first + 2 ** 32}`,
      )
      .bind(`"${word.replaceAll('"', '""')}"`)
      .all<{ id: number }>();
    const found = results.map(({ id }) => id - first).sort((a, b) => a - b);
    const should = bodies.filter(({ body }) => body.includes(word)).map(({ number }) => number);
    if (String(found) !== String(should.sort((a, b) => a - b))) {
      wrong.push(`${type.name}: ${word} is found in ${found}, not ${should}`);
    }
  }
  return wrong;
}

function sameEntries(a: object, b: object): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
