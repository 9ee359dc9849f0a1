import type { Attribute } from "../attribute-kinds/kind.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { directlyUsedBy } from "../formulas/compile-formulas.ts";
import type { Access, AttributeRule, HeldRole } from "./access.ts";

export type AttributeAccess = "write" | "read" | "hidden";

/** Of a role, what says which attributes it keeps from whom it lets into the table. */
type Ruled = Pick<HeldRole, "grants" | "attributeRules">;

type Subject = Pick<Attribute, "id" | "entityTypeId">;

const WIDTH = { hidden: 0, read: 1, write: 2 } as const;

/**
 * What the caller's roles leave of an attribute. They add up: of those that give any right on the type's records the
 * widest counts, and one that has no rule for the attribute takes nothing away.
 */
export function attributeAccess(
  { isFounder, roles }: { readonly isFounder: boolean; readonly roles: readonly Ruled[] },
  { id, entityTypeId }: Subject,
): AttributeAccess {
  if (isFounder) return "write";
  const concerned = roles.filter(({ grants }) => grants.some(({ subject }) => subject === entityTypeId));
  if (concerned.length === 0) return "write";
  return concerned
    .map(({ attributeRules }) => ruleOf(attributeRules, id))
    .reduce((widest, one) => (WIDTH[one] > WIDTH[widest] ? one : widest));
}

/**
 * What the caller's roles leave of each attribute of a type. What is calculated from a hidden one is hidden, too:
 * whoever can write the other operands could work it out.
 */
export function accessIn(
  access: Access,
  { id, attributes }: EntityType,
): (attribute: Attribute) => AttributeAccess {
  if (!hasRules(access, id)) return () => "write";
  const hidden = new Set(
    attributes.filter((attribute) => attributeAccess(access, attribute) === "hidden").map((one) => one.id),
  );
  for (let before = -1; before < hidden.size; ) {
    before = hidden.size;
    for (const attribute of attributes) {
      if ([...directlyUsedBy(attribute)].some((used) => hidden.has(used))) hidden.add(attribute.id);
    }
  }
  return (attribute) => (hidden.has(attribute.id) ? "hidden" : attributeAccess(access, attribute));
}

/** The entity type without the attributes that are hidden from the caller: for them there are none of these names. */
export function seenBy(access: Access, entityType: EntityType): EntityType {
  if (!hasRules(access, entityType.id)) return entityType;
  const accessTo = accessIn(access, entityType);
  return { ...entityType, attributes: entityType.attributes.filter((one) => accessTo(one) !== "hidden") };
}

/** Whether what a role of these rules leaves is no more than what the caller has. */
export function keepsRules(access: Access, role: Ruled): boolean {
  const own = access.roles.flatMap(({ attributeRules }) => attributeRules);
  return own
    .filter(({ entityTypeId }) => role.grants.some(({ subject }) => subject === entityTypeId))
    .every(({ entityTypeId, attributeId }) => {
      const mine = attributeAccess(access, { id: attributeId, entityTypeId });
      return WIDTH[ruleOf(role.attributeRules, attributeId)] <= WIDTH[mine];
    });
}

function ruleOf(rules: readonly AttributeRule[], attributeId: string): AttributeAccess {
  return rules.find((rule) => rule.attributeId === attributeId)?.access ?? "write";
}

function hasRules({ isFounder, roles }: Access, entityTypeId: string): boolean {
  return (
    !isFounder &&
    roles.some(({ attributeRules }) => attributeRules.some((rule) => rule.entityTypeId === entityTypeId))
  );
}
