import { attributeKind } from "../../src/domain/attribute-kinds/registry.ts";
import { derive } from "../../src/domain/records/derive.ts";
import type { Row } from "../tooling/open-databases.ts";
import { quoteText } from "../tooling/sql-text.ts";
import { type Counts, count, type Finding, type Source } from "./finding.ts";
import { expectKeys, findWrongKeys, keyQueries, noKeys, type Window } from "./keys.ts";
import { type CheckedRecord, checkRecord, type TypeContext } from "./record.ts";
import { type ExpectedSearch, expectedSearch, findWrongSearch, searchQuery } from "./search.ts";

/** Records that one query answers: their values may be long. */
const PAGE = 500;
/** Index rows that one window's queries answer together. */
const MOST_ROWS = 100_000;
/** Where the last window ends: beyond every number, below the next type's search rows. */
const NO_END = 2 ** 32 - 1;

interface CheckedType extends TypeContext {
  readonly tenant: string;
  /** The highest number of a record. */
  readonly lastNumber: number;
}

/**
 * Everything that stands beside a type's records, window by window of their numbers, so that memory stays bounded.
 * @param newest looks at so many of the newest records only.
 */
export async function checkType(
  source: Source,
  checked: CheckedType,
  counts: Counts,
  newest = Number.POSITIVE_INFINITY,
): Promise<Finding[]> {
  const { attributes } = checked.entityType;
  const unknown = attributes.find(({ valueType }) => attributeKind(valueType) === undefined);
  if (unknown) {
    return [
      {
        ...place(source, checked),
        table: "attributes",
        attribute: unknown.name,
        problem: "its kind does not exist",
      },
    ];
  }
  const keyed = attributes.filter(({ indexed, unique }) => indexed || unique).length;
  const size = Math.ceil(MOST_ROWS / (keyed + 1));
  const findings: Finding[] = [];
  for (const window of windows(Math.max(0, checked.lastNumber - newest), checked.lastNumber, size)) {
    findings.push(...(await checkWindow(source, checked, window, counts)));
  }
  return findings;
}

/** The first one begins below every number unless some records are left out, the last one ends beyond them. */
function* windows(after: number, last: number, size: number): Generator<Window> {
  for (let from = after; ; from += size) {
    const isLast = from + size >= last;
    yield { after: from === 0 ? -1 : from, last: isLast ? NO_END : from + size };
    if (isLast) return;
  }
}

async function checkWindow(
  source: Source,
  checked: CheckedType,
  window: Window,
  counts: Counts,
): Promise<Finding[]> {
  const { entityType, tenant } = checked;
  const findings: Finding[] = [];
  const ids = new Map<number, string>();
  const index = noKeys(entityType.attributes.filter(({ indexed }) => indexed));
  const unique = noKeys(entityType.attributes.filter((attribute) => attribute.unique));
  const search = new Map<number, ExpectedSearch>();
  const tell = (table: string, record: number, problem: string, attribute?: string) =>
    findings.push({
      ...place(source, checked),
      table,
      record: ids.get(record) ?? `number ${record}`,
      attribute,
      problem,
    });

  // One call for all that fits, since each may be a command of its own.
  const [firstPage = [], searchRows = [], ...keyRows] = await source.query(
    recordQuery(checked, window),
    searchQuery(entityType.number, window),
    ...keyQueries("record_index", tenant, window, index),
    ...keyQueries("record_unique", tenant, window, unique),
  );
  for await (const row of readRecords(source, checked, window, firstPage)) {
    const number = Number(row.number);
    ids.set(number, String(row.id));
    const record = toChecked(row);
    if (record === undefined) {
      tell("records", number, "its values are not JSON");
      continue;
    }
    const rows = derive(entityType, record.data);
    for (const { problem, attribute } of checkRecord(record, rows, checked)) {
      tell("records", number, problem, attribute);
    }
    // What is in the trash has no rows beside its own.
    if (row.deleted_at !== null) continue;
    expectKeys(index, number, rows.index);
    expectKeys(unique, number, rows.unique);
    search.set(number, expectedSearch(entityType, record.data));
  }
  const nameOf = new Map(entityType.attributes.map(({ number, name }) => [number, name]));
  const indexRows = keyRows.slice(0, index.size);
  const uniqueRows = keyRows.slice(index.size);
  for (const { attribute, record, problem } of findWrongKeys(index, indexRows)) {
    tell("record_index", record, problem, nameOf.get(attribute));
  }
  for (const { attribute, record, problem } of findWrongKeys(unique, uniqueRows)) {
    tell("record_unique", record, problem, nameOf.get(attribute));
  }
  for (const [record, problem] of await findWrongSearch(source, entityType.number, search, searchRows)) {
    tell("record_search", record, problem);
  }
  count(counts, "records", ids.size);
  count(counts, "record_index", indexRows.flat().length);
  count(counts, "record_unique", uniqueRows.flat().length);
  count(counts, "record_search", searchRows.length);
  return findings;
}

function toChecked(row: Row): CheckedRecord | undefined {
  try {
    return {
      position: String(row.position),
      title: row.title as string | null,
      data: JSON.parse(String(row.data)),
      folded: JSON.parse(String(row.folded)),
    };
  } catch {
    return undefined;
  }
}

function recordQuery({ tenant, entityType }: CheckedType, { after, last }: Window): string {
  return `SELECT number, id, position, title, data, folded, deleted_at FROM records
    WHERE tenant_id = ${quoteText(tenant)} AND type = ${entityType.number} AND number > ${after}
      AND number <= ${last} ORDER BY number LIMIT ${PAGE}`;
}

async function* readRecords(
  source: Source,
  checked: CheckedType,
  { last }: Window,
  firstPage: readonly Row[],
): AsyncGenerator<Row> {
  for (let page = firstPage; ; ) {
    yield* page;
    if (page.length < PAGE) return;
    const after = Number(page.at(-1)?.number);
    [page = []] = await source.query(recordQuery(checked, { after, last }));
  }
}

function place(source: Source, { tenant, entityType }: CheckedType) {
  return { database: source.binding, tenant, type: entityType.name };
}
