import type { FilterNode, Hop, Leaf } from "../domain/record-query/checked-query.ts";

/** The conditions that every record of the list fulfils: those that stand under nothing but `and`. */
export function requiredLeaves(filter: FilterNode | undefined): Leaf[] {
  if (filter?.type === "leaf") return [filter];
  return filter?.type === "and" ? filter.nodes.flatMap(requiredLeaves) : [];
}

/** The filter without one of its required leaves; undefined where nothing is left. */
export function withoutLeaf(filter: FilterNode | undefined, leaf: Leaf): FilterNode | undefined {
  if (filter === leaf) return undefined;
  if (filter?.type !== "and") return filter;
  const nodes = filter.nodes.flatMap((node) => withoutLeaf(node, leaf) ?? []);
  return nodes.length === 0 ? undefined : { type: "and", nodes };
}

/** All conditions, those on linked records among them. */
export function conditionsIn(filter: FilterNode | undefined): (Leaf | Hop)[] {
  if (filter === undefined) return [];
  if (filter.type === "leaf" || filter.type === "hop") return [filter];
  return filter.type === "not" ? conditionsIn(filter.node) : filter.nodes.flatMap(conditionsIn);
}
