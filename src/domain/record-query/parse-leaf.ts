import type { Issue } from "../../errors.ts";
import { isBlank } from "../attribute-kinds/blank.ts";
import { type IndexKey, InvalidValue, type Operator } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import { attempt } from "../attribute-kinds/settings.ts";
import type { FilterNode, Leaf, Test } from "./checked-query.ts";
import { isPeriod, type Operand, type QueryContext, readOperand, readTextOperand } from "./parse-operand.ts";
import type { QueryField } from "./query-field.ts";

const MOST_LIST_ITEMS = 200;
const BLANK: Test = { type: "is_one_of", values: [], orBlank: true };

/** A condition as the client wrote it, its field and operator known. */
export interface LeafInput {
  readonly field: QueryField;
  readonly op: Operator;
  readonly value: unknown;
  /** Where `value` stands on the wire. */
  readonly path: string;
}

/** The checked condition; undefined where its operand is wrong, which is added to the issues. */
export function parseLeaf(input: LeafInput, context: QueryContext, issues: Issue[]): FilterNode | undefined {
  const { field, op, value, path } = input;
  const leaf = (test: Test | undefined, negated = false): Leaf | undefined =>
    test && { type: "leaf", place: field.place, test, negated };
  const text = (at: "anywhere" | "start" | "end"): Test | undefined => {
    const found = attempt(issues, path, () => readTextOperand(field, value));
    return found === undefined ? undefined : { type: "has_text", at, text: found };
  };
  const single = () => readOne(field, value, path, context, issues);
  const list = () => readList(field, value, path, context, issues);

  switch (op) {
    case "eq":
    case "is":
      return isAmong(field, single());
    case "neq":
    case "is_not":
      return not(isAmong(field, single()));
    case "in":
      return isAmong(field, list());
    case "not_in":
      return not(isAmong(field, list()));
    case "gt":
    case "is_after":
    case "gte":
    case "is_on_or_after":
    case "lt":
    case "is_before":
    case "lte":
    case "is_on_or_before":
      return leaf(isBeyond(op, given(single(), path, issues)?.[0]));
    case "between":
    case "is_within": {
      const ends = isPeriod(field, value, context) ? single() : readEnds(field, value, path, context, issues);
      const [from, to = from] = given(ends, path, issues) ?? [];
      return leaf(from && to && isWithin({ from: from.from, to: to.to }));
    }
    case "contains":
      return leaf(text("anywhere"));
    case "not_contains":
      return leaf(text("anywhere"), true);
    case "starts_with":
      return leaf(text("start"));
    case "ends_with":
      return leaf(text("end"));
    case "has_any":
      return leaf(hasItems(readItems(field, value, path, context, issues), false));
    case "has_all":
      return leaf(hasItems(readItems(field, value, path, context, issues), true));
    case "has_none":
      return leaf(hasItems(readItems(field, value, path, context, issues), false), true);
    case "blank":
      return leaf(alone(op, value, path, issues));
    case "not_blank":
      return leaf(alone(op, value, path, issues), true);
  }
}

/** Operands; undefined among them stands for blank. */
type Operands = readonly (Operand | undefined)[];

/** What was read, undefined where it was wrong. */
type Read<T> = T | undefined;

function readOne(
  field: QueryField,
  raw: unknown,
  path: string,
  context: QueryContext,
  issues: Issue[],
): Read<Operands> {
  if (raw === undefined) {
    issues.push({ path, code: "required" });
    return undefined;
  }
  return attempt(issues, path, () => [readOperand(field, raw, context)]);
}

function readList(
  field: QueryField,
  raw: unknown,
  path: string,
  context: QueryContext,
  issues: Issue[],
): Read<Operands> {
  return readEach(raw, path, issues, (item) => readOperand(field, item, context));
}

/** The items of a set in stored form; a set has no blanks in it. */
function readItems(
  field: QueryField,
  raw: unknown,
  path: string,
  { defaultCountry }: QueryContext,
  issues: Issue[],
): Read<readonly IndexKey[]> {
  const items = readEach(raw, path, issues, (item) => {
    const stored = isBlank(item) ? null : field.parse([item], defaultCountry);
    if (!Array.isArray(stored)) throw new InvalidValue("required");
    return stored as readonly IndexKey[];
  });
  return items && [...new Set(items.flat())];
}

/** A list, each item of it read; undefined where something is wrong. */
function readEach<T>(raw: unknown, path: string, issues: Issue[], read: (item: unknown) => T): Read<T[]> {
  const items = attempt(issues, path, () => {
    if (!Array.isArray(raw))
      throw new InvalidValue("wrong_type", { expected: "array", value: sampleOf(raw) });
    if (raw.length > MOST_LIST_ITEMS) throw new InvalidValue("too_many_items", { max: MOST_LIST_ITEMS });
    return raw as readonly unknown[];
  });
  const before = issues.length;
  const found = items?.map((item, i) => attempt(issues, `${path}[${i}]`, () => read(item)));
  return issues.length > before ? undefined : (found as T[] | undefined);
}

function readEnds(
  field: QueryField,
  raw: unknown,
  path: string,
  context: QueryContext,
  issues: Issue[],
): Read<Operands> {
  if (Array.isArray(raw) && raw.length !== 2) {
    issues.push({ path, code: "wrong_type", params: { expected: "pair", value: sampleOf(raw) } });
    return undefined;
  }
  return readList(field, raw, path, context, issues);
}

/** The operands where none of them is blank: nothing lies before or after nothing. */
function given(operands: Read<Operands>, path: string, issues: Issue[]): Read<readonly Operand[]> {
  if (operands === undefined) return undefined;
  const values = operands.filter((operand) => operand !== undefined);
  if (values.length === operands.length) return values;
  issues.push({ path, code: "required" });
  return undefined;
}

function isBeyond(op: Operator, operand: Operand | undefined): Test | undefined {
  if (!operand) return undefined;
  const { from, to } = operand;
  if (op === "gt" || op === "is_after") return { type: "in_range", low: { value: to, inclusive: false } };
  if (op === "gte" || op === "is_on_or_after")
    return { type: "in_range", low: { value: from, inclusive: true } };
  if (op === "lt" || op === "is_before") return { type: "in_range", high: { value: from, inclusive: false } };
  return { type: "in_range", high: { value: to, inclusive: true } };
}

function isWithin({ from, to }: Operand): Test {
  return {
    type: "in_range",
    low: { value: from, inclusive: true },
    high: { value: to, inclusive: true },
  };
}

/** Equality with any of the operands; those that are periods are ranges. */
function isAmong({ place }: QueryField, operands: Read<Operands>): FilterNode | undefined {
  if (operands === undefined) return undefined;
  const given = operands.filter((operand) => operand !== undefined);
  const points = given.filter(({ from, to }) => from.exact === to.exact);
  const periods = given.filter(({ from, to }) => from.exact !== to.exact);
  const orBlank = given.length < operands.length;
  const tests = periods.map(isWithin);
  if (points.length > 0 || orBlank || tests.length === 0) {
    tests.push({ type: "is_one_of", values: points.map(({ from }) => from), orBlank });
  }
  const nodes = tests.map((test): Leaf => ({ type: "leaf", place, test, negated: false }));
  return nodes.length === 1 ? nodes[0] : { type: "or", nodes };
}

function not(node: FilterNode | undefined): FilterNode | undefined {
  return node?.type === "leaf" ? { ...node, negated: true } : node && { type: "not", node };
}

function hasItems(items: Read<readonly IndexKey[]>, all: boolean): Test | undefined {
  return items && { type: "has_items", all, items };
}

/** The test for blank, which takes no operand; those that forms send along anyway say nothing. */
function alone(op: Operator, value: unknown, path: string, issues: Issue[]): Test | undefined {
  if (value === undefined || value === null || value === "" || value === true) return BLANK;
  issues.push({ path, code: "not_with", params: { other: op } });
  return undefined;
}
