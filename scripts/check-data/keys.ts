import type { IndexKey } from "../../src/domain/attribute-kinds/kind.ts";
import type { KeyedValue } from "../../src/domain/records/derive.ts";
import type { Row } from "../tooling/open-databases.ts";
import { quoteText } from "../tooling/sql-text.ts";

type KeyTable = "record_index" | "record_unique";

/** Records by their numbers: those above `after` and up to `last`. */
export interface Window {
  readonly after: number;
  readonly last: number;
}

/** The keys of an attribute, by record number. */
type KeysOfAttribute = Map<number, IndexKey>;
export type ExpectedKeys = ReadonlyMap<number, KeysOfAttribute>;

export interface KeyProblem {
  /** The attribute's number. */
  readonly attribute: number;
  /** The record's number. */
  readonly record: number;
  readonly problem: string;
}

export function noKeys(attributes: readonly { readonly number: number }[]): ExpectedKeys {
  return new Map(attributes.map(({ number }) => [number, new Map()]));
}

export function expectKeys(expected: ExpectedKeys, record: number, keys: readonly KeyedValue[]): void {
  for (const { attribute, key } of keys) expected.get(attribute)?.set(record, key);
}

/** Queries for the rows that the attributes have in a window of records, one for each attribute. */
export function keyQueries(
  table: KeyTable,
  tenant: string,
  { after, last }: Window,
  expected: ExpectedKeys,
): string[] {
  return [...expected.keys()].map(
    (attribute) => `SELECT key, record FROM ${table} WHERE tenant_id = ${quoteText(tenant)}
      AND attribute = ${attribute} AND record > ${after} AND record <= ${last}`,
  );
}

/** Compares what those queries answered with the rows that there should be. */
export function findWrongKeys(expected: ExpectedKeys, answers: readonly Row[][]): KeyProblem[] {
  return [...expected].flatMap(([attribute, keys], i) => {
    const missing = new Map(keys);
    const problems: KeyProblem[] = [];
    for (const { key, record: number } of answers[i] ?? []) {
      const record = Number(number);
      if (missing.get(record) === key) missing.delete(record);
      else problems.push({ attribute, record, problem: "a row whose key is not that of the value" });
    }
    for (const record of missing.keys()) problems.push({ attribute, record, problem: "its row is missing" });
    return problems;
  });
}
