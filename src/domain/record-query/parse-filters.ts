import type { Issue } from "../../errors.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { FilterNode } from "./checked-query.ts";
import { hopTo, readHopName } from "./parse-hop.ts";
import { parseLeaf } from "./parse-leaf.ts";
import type { QueryContext } from "./parse-operand.ts";
import { filterableNames, findQueryField, unusableField } from "./query-field.ts";

/** How many groups may stand in each other. */
const DEEPEST = 8;
const MOST_LEAVES = 50;
const GROUPS = ["and", "or", "not"] as const;
const LEAF_KEYS: readonly string[] = ["field", "op", "value"];

interface Parse {
  readonly entityType: EntityType;
  readonly context: QueryContext;
  readonly issues: Issue[];
  leaves: number;
}

/**
 * Reads a filter: a leaf `{field, op, value}`, a list (all of it must hold), or `{and: []}`, `{or: []}` and `{not: …}`
 * in each other. A leaf's field is one of the type or, after a relation and a dot, one of what that leads to. What is
 * wrong is added to the issues, each with its path below `path`.
 */
export function parseFilters(
  raw: unknown,
  path: string,
  entityType: EntityType,
  context: QueryContext,
  issues: Issue[],
): FilterNode | undefined {
  return parseNode(raw, path, 0, { entityType, context, issues, leaves: 0 });
}

function parseNode(raw: unknown, path: string, depth: number, parse: Parse): FilterNode | undefined {
  if (Array.isArray(raw)) return parseList(raw, "and", path, depth, parse);
  if (typeof raw !== "object" || raw === null) {
    return refuse(parse, path, "wrong_type", { expected: "object", value: sampleOf(raw) });
  }
  const node = raw as Readonly<Record<string, unknown>>;
  const group = GROUPS.find((name) => Object.hasOwn(node, name));
  const known = group === undefined ? LEAF_KEYS : [group];
  for (const key of Object.keys(node)) {
    if (!known.includes(key)) {
      refuse(parse, `${path}.${key}`, "unknown_field", { allowed: known.join(", ") });
    }
  }
  if (group === undefined) return parseOneLeaf(node, path, parse);
  const inside = node[group];
  if (group !== "not") return parseList(inside, group, `${path}.${group}`, depth, parse);
  if (depth === DEEPEST) return refuse(parse, path, "too_deep", { max: DEEPEST });
  const child = parseNode(inside, `${path}.not`, depth + 1, parse);
  return child && { type: "not", node: child };
}

function parseList(
  raw: unknown,
  type: "and" | "or",
  path: string,
  depth: number,
  parse: Parse,
): FilterNode | undefined {
  if (!Array.isArray(raw)) {
    return refuse(parse, path, "wrong_type", { expected: "array", value: sampleOf(raw) });
  }
  if (depth === DEEPEST) return refuse(parse, path, "too_deep", { max: DEEPEST });
  if (raw.length === 0) countLeaves(1, path, parse);
  const nodes: FilterNode[] = [];
  for (const [i, item] of raw.entries()) {
    // A list of thousands would only repeat what has been said.
    if (parse.leaves > MOST_LEAVES || parse.issues.length > MOST_LEAVES) break;
    const node = parseNode(item, `${path}[${i}]`, depth + 1, parse);
    if (node) nodes.push(node);
  }
  return nodes.length === 1 ? nodes[0] : { type, nodes };
}

function parseOneLeaf(
  node: Readonly<Record<string, unknown>>,
  path: string,
  parse: Parse,
): FilterNode | undefined {
  const { field: name, op: opName = "eq", value } = node;
  if (name === undefined) return refuse(parse, `${path}.field`, "required");
  const hop = typeof name === "string" ? readHopName(parse.entityType, name, parse.context) : undefined;
  const entityType = hop?.beyond.entityType ?? parse.entityType;
  const own = hop?.rest ?? name;
  if (hop?.rest.includes(".")) return refuse(parse, `${path}.field`, "too_many_hops", { max: 1 });
  const field = typeof own === "string" ? findQueryField(entityType, own) : undefined;
  if (!field) {
    parse.issues.push(unusableField(entityType, own, `${path}.field`, filterableNames(entityType)));
    return undefined;
  }
  const op = field.operators.find((operator) => operator === opName);
  if (!op) {
    const params = { value: sampleOf(opName), allowed: field.operators.join(", ") };
    return refuse(parse, `${path}.op`, "unknown_operator", params);
  }
  const leaf = parseLeaf({ field, op, value, path: `${path}.value` }, parse.context, parse.issues);
  // A list that names several periods makes as many conditions.
  const inner = leaf?.type === "not" ? leaf.node : leaf;
  countLeaves(inner?.type === "or" ? inner.nodes.length : 1, path, parse);
  return leaf && hop ? hopTo(hop, leaf) : leaf;
}

/** Counts what becomes a term of the query; a group of nothing does, too. */
function countLeaves(count: number, path: string, parse: Parse): void {
  const within = parse.leaves <= MOST_LEAVES;
  parse.leaves += count;
  if (within && parse.leaves > MOST_LEAVES) refuse(parse, path, "too_many_items", { max: MOST_LEAVES });
}

function refuse(parse: Parse, path: string, code: string, params?: Issue["params"]): undefined {
  parse.issues.push({ path, code, params });
}
