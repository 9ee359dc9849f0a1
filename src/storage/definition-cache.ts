import type { EntityType } from "../domain/entity-types/entity-type.ts";
import { RecentMap } from "../lib/recent-map.ts";

/**
 * Entity types as this isolate has read them last, by tenant and by the id or name they were asked for. Definitions
 * never change under one schema version. Nothing is answered from here unless the database has said in the same
 * batch that id and version are still these: see `find` in entity-types.ts.
 */
const known = new RecentMap<string, EntityType>(1_000);

export function definitionCache(tenantId: string) {
  const keyOf = (nameOrId: string) => `${tenantId} ${nameOrId}`;
  return {
    get: (nameOrId: string): EntityType | undefined => known.get(keyOf(nameOrId)),
    set: (nameOrId: string, entityType: EntityType): void => known.set(keyOf(nameOrId), entityType),
  };
}
