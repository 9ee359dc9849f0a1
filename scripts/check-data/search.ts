import { isSearched, kindOf } from "../../src/domain/attribute-kinds/registry.ts";
import type { EntityType } from "../../src/domain/entity-types/entity-type.ts";
import { valueKey } from "../../src/domain/entity-types/entity-type.ts";
import type { StoredValues } from "../../src/domain/records/stored-record.ts";
import { searchBody, WORD_BREAKS } from "../../src/lib/search-text.ts";
import type { Row } from "../tooling/open-databases.ts";
import { quoteText } from "../tooling/sql-text.ts";
import type { Source } from "./finding.ts";
import type { Window } from "./keys.ts";

/**
 * What a search row must be. The table keeps no texts that could be read back, but it keeps how many trigrams each
 * row has, and answers whether a row has a phrase: a row with the expected number of trigrams that is found by
 * every one of its words is the expected row. (Trigrams that an earlier row of the same number left behind are not
 * seen that way.)
 */
export interface ExpectedSearch {
  /** The numbers of trigrams of the bodies that the ways of writing them give; zero: no row. */
  readonly trigrams: ReadonlySet<number>;
  /** Every word of the body as a phrase, with the two spaces that lead it. */
  readonly phrases: readonly string[];
}

const TYPE_STEP = 2 ** 32;
/** SQLite keeps what a statement says in memory; D1 and a command line take about 100 kB. */
const PROBE_BYTES = 60_000;
/** Longer words are probed by their beginning. */
const LONGEST_PROBE = 200;
const PHRASES_IN_ONE = 100;

/** How long the search rows of a type are, in a window of records. */
export function searchQuery(type: number, { after, last }: Window): string {
  return `SELECT id, hex(sz) AS trigrams FROM record_search_docsize
    WHERE id > ${type * TYPE_STEP + after} AND id <= ${type * TYPE_STEP + last}`;
}

/** What is wrong with a type's search rows, by record number. @param rows what that query answered. */
export async function findWrongSearch(
  source: Source,
  type: number,
  expected: ReadonlyMap<number, ExpectedSearch>,
  rows: readonly Row[],
): Promise<Map<number, string>> {
  const first = type * TYPE_STEP;
  const stored = new Map(rows.map((row) => [Number(row.id) - first, readTrigrams(String(row.trigrams))]));
  const problems = new Map<number, string>();
  for (const record of stored.keys()) {
    if (!expected.has(record)) problems.set(record, "a row of a record that is not to be found");
  }
  for (const [record, { trigrams }] of expected) {
    const found = stored.get(record);
    if (found === undefined && !trigrams.has(0)) problems.set(record, "its row is missing");
    else if (!trigrams.has(found ?? 0)) problems.set(record, "the row is not as long as its texts");
  }
  const probed = [...expected]
    .filter(([record]) => stored.has(record) && !problems.has(record))
    .map(([record, { phrases }]) => ({ rowid: first + record, phrases }));
  for (const rowid of await findUnmatched(source, probed)) {
    problems.set(rowid - first, "it is not found by one of its words");
  }
  return problems;
}

export function expectedSearch(entityType: EntityType, data: StoredValues): ExpectedSearch {
  const texts: string[] = [];
  const numbers: string[] = [];
  const others: string[] = [];
  for (const attribute of entityType.attributes.filter(isSearched)) {
    const value = data[valueKey(attribute)];
    if (value === undefined) continue;
    const text = kindOf(attribute).foldedText?.(value, attribute) ?? "";
    texts.push(text);
    (attribute.valueType === "autonumber" ? numbers : others).push(text);
  }
  const written = searchBody(texts);
  const bodies = [
    written,
    rebuiltBody(texts),
    ...(numbers.length > 0 ? [searchBody(others) + rebuiltBody(numbers)] : []),
  ];
  return {
    trigrams: new Set(bodies.map((body) => Math.max(0, [...body].length - 2))),
    phrases: [...new Set(written.split("  ").filter((word) => word !== ""))],
  };
}

/** As src/storage/record-search.ts makes it inside the database, out of what the records hold. */
function rebuiltBody(texts: readonly string[]): string {
  const joined = texts.map((text) => ` ${text}`).join("");
  const broken = [...joined].map((character) => (WORD_BREAKS.includes(character) ? " " : character)).join("");
  return `${joined.replaceAll(" ", "  ")}${broken.replaceAll(" ", "  ")}`;
}

/** How many trigrams a row has, from the varint in which FTS5 keeps it. */
function readTrigrams(hex: string): number {
  const bytes = hex.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  return bytes.reduce((sum, byte) => sum * 128 + (byte & 127), 0);
}

/** Those of the rows that are not found by one of their phrases. */
async function findUnmatched(
  source: Source,
  rows: readonly { readonly rowid: number; readonly phrases: readonly string[] }[],
): Promise<Set<number>> {
  const probes = rows.flatMap(({ rowid, phrases }) =>
    chunks(phrases, PHRASES_IN_ONE).map((some) => [rowid, some.map(quotePhrase).join(" AND ")]),
  );
  const unmatched = new Set<number>();
  let group: string[] = [];
  let bytes = 0;
  for (const probe of probes) {
    const json = JSON.stringify(probe);
    const size = Buffer.byteLength(quoteText(json)) + 1;
    if (group.length > 0 && bytes + size > PROBE_BYTES) {
      await run();
    }
    group.push(json);
    bytes += size;
  }
  if (group.length > 0) await run();
  return unmatched;

  async function run(): Promise<void> {
    const [missing = []] = await source.query(
      `SELECT v.value ->> 0 AS id FROM json_each(${quoteText(`[${group.join()}]`)}) v
       WHERE NOT EXISTS (SELECT 1 FROM record_search s
         WHERE s.record_search MATCH (v.value ->> 1) AND s.rowid = v.value ->> 0)`,
    );
    for (const { id } of missing) unmatched.add(Number(id));
    group = [];
    bytes = 0;
  }
}

function quotePhrase(word: string): string {
  const start = [...word].slice(0, LONGEST_PROBE).join("");
  return `"  ${start.replaceAll('"', '""')}"`;
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
