import type { Attribute } from "../domain/attribute-kinds/kind.ts";

/** An entity type's attributes as they were at one version of its schema; that never changes. */
export interface KnownDefinition {
  readonly id: string;
  readonly schemaVersion: number;
  readonly attributes: readonly Attribute[];
}

const MOST = 1_000;

/**
 * Definitions that this isolate has read, by tenant and by the id or name they were asked for. Nothing is taken from
 * here unless the database has said in the same statement that id and version are still these: see `find` in
 * entity-types.ts.
 */
const known = new Map<string, KnownDefinition>();

export function definitionCache(tenantId: string) {
  return {
    get(nameOrId: string): KnownDefinition | undefined {
      return known.get(`${tenantId} ${nameOrId}`);
    },

    set(nameOrId: string, definition: KnownDefinition): void {
      const key = `${tenantId} ${nameOrId}`;
      // The oldest goes first; one that is read again moves to the end.
      known.delete(key);
      known.set(key, definition);
      if (known.size > MOST) known.delete(known.keys().next().value as string);
    },
  };
}
