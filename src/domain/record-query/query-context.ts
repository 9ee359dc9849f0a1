import type { Access } from "../access/access.ts";
import { seenBy } from "../access/attribute-access.ts";
import { grantedScope } from "../access/authorize.ts";
import type { TenantContext } from "../context.ts";
import { type EntityType, otherTypeOf } from "../entity-types/entity-type.ts";
import type { QueryContext } from "./parse-operand.ts";

/**
 * What the caller's queries of this type depend on. Beyond its relations they reach what the caller may view, and there
 * is nothing else for them.
 * @param entityType with its related types.
 */
export function queryContext(
  { clock }: Pick<TenantContext, "clock">,
  access: Access,
  entityType: EntityType,
): QueryContext {
  const { member, tenant } = access;
  return {
    memberId: member.id,
    timeZone: tenant.timeZone,
    defaultCountry: tenant.defaultCountry,
    now: clock.now(),
    beyond(link) {
      const other = otherTypeOf(entityType, link);
      const scope = grantedScope(access, link.otherTypeId, "view");
      if (!other || !scope) return undefined;
      return { entityType: seenBy(access, other), ownerId: scope === "own" ? member.id : undefined };
    },
  };
}
