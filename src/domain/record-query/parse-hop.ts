import type { Attribute, AttributeLink } from "../attribute-kinds/kind.ts";
import { type EntityType, findAttribute } from "../entity-types/entity-type.ts";
import type { FilterNode, Hop } from "./checked-query.ts";
import type { Beyond, QueryContext } from "./parse-operand.ts";

/** A field of what a relation leads to, as filters name it: `company.city`. */
export interface HopName {
  readonly link: AttributeLink;
  readonly beyond: Beyond;
  /** What follows the relation's name. */
  readonly rest: string;
}

/** Undefined where the name does not begin with a relation beyond which the caller may look. */
export function readHopName(
  entityType: EntityType,
  name: string,
  context: QueryContext,
): HopName | undefined {
  const dot = name.indexOf(".");
  const attribute: Attribute | undefined =
    dot < 0 ? undefined : findAttribute(entityType, name.slice(0, dot));
  const beyond = attribute?.link && context.beyond?.(attribute.link);
  return attribute?.link && beyond && { link: attribute.link, beyond, rest: name.slice(dot + 1) };
}

/**
 * The condition on the linked records. Of several links one has to fulfil it. A relation with one link is as good as a
 * field of the record itself: where there is no link, that field is blank.
 */
export function hopTo({ link, beyond }: HopName, node: FilterNode): Hop {
  const isSingle = link.isFront && link.isOnePerSource;
  return { type: "hop", link, node, orNone: isSingle && takesBlanks(node), ownerId: beyond.ownerId };
}

/** Whether a record passes in which everything is blank. */
function takesBlanks(node: FilterNode): boolean {
  switch (node.type) {
    case "leaf":
      return (node.test.type === "is_one_of" && node.test.orBlank) !== node.negated;
    case "hop":
      return node.orNone;
    case "not":
      return !takesBlanks(node.node);
    case "and":
      return node.nodes.every(takesBlanks);
    case "or":
      return node.nodes.some(takesBlanks);
  }
}
