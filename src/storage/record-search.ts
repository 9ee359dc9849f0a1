import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { RecordSearch } from "../domain/record-query/checked-query.ts";
import { WORD_BREAKS } from "../lib/search-text.ts";
import type { BoundJson } from "./bound-json.ts";
import type { Write } from "./database.ts";
import { jsonChunks } from "./json-chunks.ts";

/** Room for the records of one type; the types' numbers are unique in the shard. */
const TYPE_STEP = 2n ** 32n;

/** The first rowid of a type, as SQL: bound numbers would be floats, and a float's range is no range to FTS5. */
export function firstRowid(type: number): string {
  return String(BigInt(type) * TYPE_STEP);
}

/** SQL for the search rows `s` of a type that match. */
export function matchSql(type: number, search: RecordSearch, bind: BoundJson): string {
  return `s.record_search MATCH ${bind.value(matchText(search))} AND s.rowid > ${firstRowid(type)}`;
}

/**
 * SQL for the upper end of the type's rowids. Beyond the first page the place where it ended is nearer, and has to be
 * the only bound on its side: FTS5 would start from the outer one.
 */
export function upperEndSql(type: number): string {
  return `s.rowid < ${firstRowid(type + 1)}`;
}

/** SELECT of the numbers, as `n`, of the records that are found from one number up to another or the last. */
export function foundBetweenSql(
  type: number,
  search: RecordSearch,
  from: number,
  to: number | undefined,
  bind: BoundJson,
): string {
  const rowid = (number: number) => String(BigInt(firstRowid(type)) + BigInt(number));
  const end = to === undefined ? firstRowid(type + 1) : rowid(to);
  return `SELECT s.rowid - ${firstRowid(type)} AS n FROM record_search s
    WHERE s.record_search MATCH ${bind.value(matchText(search))} AND s.rowid >= ${rowid(from)} AND s.rowid < ${end}`;
}

/** SQL for whether the record `r` of the type is found, for queries that reach it in another way. */
export function isFoundSql(type: number, search: RecordSearch, bind: BoundJson): string {
  return `EXISTS (SELECT 1 FROM record_search s WHERE s.record_search MATCH ${bind.value(matchText(search))}
    AND s.rowid = ${firstRowid(type)} + r.number)`;
}

function matchText({ words, digits }: RecordSearch): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const all = words.map(({ text, isShort }) => quoted(isShort ? `  ${text}` : text)).join(" AND ");
  return digits === undefined ? all : `(${all}) OR ${quoted(digits)}`;
}

/** SQL for a text in which every character that a word may begin after is a space. */
export function brokenSql(text: string): string {
  return [...WORD_BREAKS].reduce(
    (sql, character) => `replace(${sql}, '${character.replaceAll("'", "''")}', ' ')`,
    text,
  );
}

export interface SearchRow {
  /** The record's number. */
  readonly number: number;
  readonly body: string;
}

/** An existing rowid is replaced: inserting it once more would silently leave both. */
export function setSearchRows({ number }: EntityType, rows: readonly SearchRow[]): Write[] {
  const filled = rows.filter(({ body }) => body !== "").map((row) => [row.number, row.body]);
  const empty = rows.filter(({ body }) => body === "").map((row) => row.number);
  return [
    ...deleteSearchRows(number, empty),
    ...jsonChunks(filled).map((chunk) => ({
      sql: `INSERT OR REPLACE INTO record_search (rowid, body)
        SELECT ${firstRowid(number)} + (v.value ->> 0), v.value ->> 1 FROM json_each(?1) v`,
      params: [chunk],
    })),
  ];
}

export function deleteSearchRows(type: number, numbers: readonly number[]): Write[] {
  if (numbers.length === 0) return [];
  return [
    {
      sql: `DELETE FROM record_search
        WHERE rowid IN (SELECT ${firstRowid(type)} + v.value FROM json_each(?1) v)`,
      params: [JSON.stringify(numbers)],
    },
  ];
}

/** All search rows of a type; its records have to be there still. */
export function deleteSearchOfType(tenantId: string, type: number): Write {
  return {
    sql: `DELETE FROM record_search WHERE rowid IN
      (SELECT ${firstRowid(type)} + number FROM records WHERE tenant_id = ?1 AND type = ?2)`,
    params: [tenantId, type],
  };
}

/** SQL for the search row of a folded text that begins with a space. Longer than that of `searchBody`, and equivalent. */
function bodySql(text: string): string {
  const spaced = (words: string) => `replace(${words}, ' ', '  ')`;
  return `${spaced(text)} || ${spaced(brokenSql(text))}`;
}

/** A balanced tree: SQLite takes expressions of a depth of 100 at most. */
function joinedSql(texts: readonly string[]): string {
  if (texts.length <= 2) return texts.join(" || ");
  const half = Math.ceil(texts.length / 2);
  return `(${joinedSql(texts.slice(0, half))}) || (${joinedSql(texts.slice(half))})`;
}

/** Search rows of the records that the batch has just inserted, with the running numbers that they were given. */
export function insertSearchRows(
  tenantId: string,
  entityType: EntityType,
  rows: readonly { readonly offset: number; readonly body: string }[],
  numbered: readonly number[],
): Write[] {
  const { number: type, id } = entityType;
  const filled = rows.filter(({ body }) => body !== "" || numbered.length > 0);
  const numbers = numbered.map((attribute) => `' ' || (r.folded ->> '$.a${attribute}')`).join(" || ");
  const body = numbers === "" ? "v.value ->> 1" : `(v.value ->> 1) || ${bodySql(`(${numbers})`)}`;
  return jsonChunks(filled.map((row) => [row.offset, row.body])).map((chunk) => ({
    sql: `INSERT INTO record_search (rowid, body)
      SELECT ${firstRowid(type)} + r.number, ${body}
      FROM json_each(?3) v CROSS JOIN entity_types t ON t.tenant_id = ?1 AND t.id = ?2
      CROSS JOIN records r ON r.tenant_id = ?1 AND r.type = t.number
        AND r.number = t.last_record_number - (v.value ->> 0)`,
    params: [tenantId, id, chunk],
  }));
}

/**
 * Makes the search rows of a type's records anew from what the records hold, folded copies included.
 * @param attributes numbers of the attributes that are searched.
 */
export function rebuildSearchOfType(tenantId: string, type: number, attributes: readonly number[]): Write[] {
  if (attributes.length === 0) return [deleteSearchOfType(tenantId, type)];
  const joined = joinedSql(
    attributes.map(
      (number) => `coalesce(' ' || coalesce(r.folded ->> '$.a${number}', r.data ->> '$.a${number}'), '')`,
    ),
  );
  return [
    deleteSearchOfType(tenantId, type),
    {
      sql: `INSERT INTO record_search (rowid, body)
        SELECT ${firstRowid(type)} + t.number, ${bodySql("t.text")}
        FROM (SELECT r.number, ${joined} AS text FROM records r
          WHERE r.tenant_id = ?1 AND r.type = ?2 AND r.deleted_at IS NULL) t
        WHERE t.text <> ''`,
      params: [tenantId, type],
    },
  ];
}
