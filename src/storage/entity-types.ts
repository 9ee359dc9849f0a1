import { and, eq, sql } from "drizzle-orm";
import type { Attribute } from "../domain/attribute-kinds/kind.ts";
import type { EntityType } from "../domain/entity-types/entity-type.ts";
import { isId } from "../lib/ids.ts";
import { attributesOf, optionsOf, toAttributes } from "./attribute-rows.ts";
import { type Read, type Row, readMany, readOne, statement, type Write } from "./database.ts";
import { definitionCache } from "./definition-cache.ts";
import { abortWhen } from "./guard.ts";
import { query } from "./query.ts";
import { attributes, entityTypes } from "./tables/tenant.ts";

const COLUMNS = `t.id, t.number, t.name, t.display_name, t.display_attribute_id, t.schema_version, t.record_count,
  t.last_record_number, t.created_at, t.updated_at`;
const DEFINITION = `json_array(${attributesOf("t")}, ${optionsOf("t")})`;

function toEntityType(row: Row, readAttributes: readonly Attribute[]): EntityType {
  return {
    id: row.id as string,
    number: row.number as number,
    name: row.name as string,
    displayName: row.display_name as string,
    displayAttributeId: row.display_attribute_id as string | null,
    schemaVersion: row.schema_version as number,
    recordCount: row.record_count as number,
    lastRecordNumber: row.last_record_number as number,
    attributes: readAttributes,
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
  };
}

export interface NewEntityType {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly displayAttributeId: string | null;
  readonly createdAt: string;
}

export function entityTypeStore(tenantId: string) {
  const one = (id: string) => and(eq(entityTypes.tenant_id, tenantId), eq(entityTypes.id, id));
  const cache = definitionCache(tenantId);
  return {
    /**
     * With attributes and options, by id or by name; one statement. Where this isolate knows the definition, it is
     * read again only if the version has changed: one row instead of one for each attribute and option.
     */
    find(nameOrId: string): Read<EntityType | undefined> {
      const known = cache.get(nameOrId);
      const column = isId(nameOrId) ? "id" : "name";
      const sql = `SELECT ${COLUMNS},
          CASE WHEN t.id = ?3 AND t.schema_version = ?4 THEN NULL ELSE ${DEFINITION} END AS definition
        FROM entity_types t WHERE t.tenant_id = ?1 AND t.${column} = ?2`;
      const params = [tenantId, nameOrId, known?.id ?? null, known?.schemaVersion ?? null];
      return readOne({ sql, params }, (row) => {
        const isKnown = row.definition === null && known !== undefined;
        const entityType = toEntityType(row, isKnown ? known.attributes : toAttributes(row));
        cache.set(nameOrId, entityType);
        return entityType;
      });
    },

    /** Those of the types that there are, each by id or by name. */
    findAll(namesOrIds: readonly string[]): Read<EntityType[]> {
      const sql = `SELECT ${COLUMNS}, ${DEFINITION} AS definition FROM entity_types t
        WHERE t.tenant_id = ?1 AND t.id IN (
          SELECT w.id FROM json_each(?2) v JOIN entity_types w
          ON w.tenant_id = ?1 AND (w.id = v.value OR w.name = v.value))`;
      return readMany({ sql, params: [tenantId, JSON.stringify(namesOrIds)] }, (row) =>
        toEntityType(row, toAttributes(row)),
      );
    },

    /** The type as this isolate has read it last; for guesses that are thrown away when `find` says otherwise. */
    known: (nameOrId: string): EntityType | undefined => cache.get(nameOrId),

    list(): Read<EntityType[]> {
      const sql = `SELECT ${COLUMNS}, ${DEFINITION} AS definition
        FROM entity_types t WHERE t.tenant_id = ? ORDER BY t.created_at, t.id`;
      return readMany({ sql, params: [tenantId] }, (row) => toEntityType(row, toAttributes(row)));
    },

    /** Only what naming permissions takes. */
    names(): Read<{ id: string; name: string; displayName: string }[]> {
      const sql =
        "SELECT id, name, display_name FROM entity_types WHERE tenant_id = ? ORDER BY created_at, id";
      return readMany({ sql, params: [tenantId] }, (row) => ({
        id: row.id as string,
        name: row.name as string,
        displayName: row.display_name as string,
      }));
    },

    /** Aborts the batch when the tenant has so many types by now. */
    requireFewerThan(max: number): Write {
      return abortWhen(tenantId, "(SELECT count(*) FROM entity_types WHERE tenant_id = ?1) >= ?2", max);
    },

    /** Each gets the shard's next type number. */
    insert(types: readonly NewEntityType[]): Write[] {
      const count = types.length;
      return [
        {
          sql: "UPDATE shard_counters SET value = value + ? WHERE name = 'entity_type'",
          params: [count],
        },
        ...types.map((type, i) =>
          statement(
            query.insert(entityTypes).values({
              tenant_id: tenantId,
              id: type.id,
              number: sql`(SELECT value - ${count - 1 - i} FROM shard_counters WHERE name = 'entity_type')`,
              name: type.name,
              display_name: type.displayName,
              display_attribute_id: type.displayAttributeId,
              schema_version: 1,
              last_record_number: 0,
              record_count: 0,
              created_at: type.createdAt,
              updated_at: type.createdAt,
            }),
          ),
        ),
      ];
    },

    update(
      id: string,
      change: { name: string; displayName: string; displayAttributeId: string | null; updatedAt: string },
    ): Write {
      return statement(
        query
          .update(entityTypes)
          .set({
            name: change.name,
            display_name: change.displayName,
            display_attribute_id: change.displayAttributeId,
            schema_version: sql`${entityTypes.schema_version} + 1`,
            updated_at: change.updatedAt,
          })
          .where(one(id)),
      );
    },

    /** Part of every change of an attribute or option: whoever decided under the old schema decides again. */
    raiseSchemaVersion(id: string): Write {
      return {
        sql: "UPDATE entity_types SET schema_version = schema_version + 1 WHERE tenant_id = ? AND id = ?",
        params: [tenantId, id],
      };
    },

    /** The type with its attributes and their lists. What its records have is a job's to delete: nobody reaches it. */
    delete({ id }: Pick<EntityType, "id">): Write[] {
      return [
        {
          sql: "DELETE FROM attribute_orders WHERE tenant_id = ? AND entity_type_id = ?",
          params: [tenantId, id],
        },
        {
          sql: `DELETE FROM select_options WHERE tenant_id = ?1 AND list_id IN (${PRIVATE_LISTS})`,
          params: [tenantId, id],
        },
        {
          sql: `DELETE FROM select_lists WHERE tenant_id = ?1 AND id IN (${PRIVATE_LISTS})`,
          params: [tenantId, id],
        },
        statement(
          query
            .delete(attributes)
            .where(and(eq(attributes.tenant_id, tenantId), eq(attributes.entity_type_id, id))),
        ),
        statement(query.delete(entityTypes).where(one(id))),
      ];
    },
  };
}

/** The unnamed lists of a type's own attributes (?1 tenant, ?2 entity type). */
const PRIVATE_LISTS = `
  SELECT l.id FROM attributes a
  JOIN select_lists l ON l.tenant_id = a.tenant_id AND l.name IS NULL
    AND l.id IN (a.select_list_id, a.successor ->> '$.select_list_id')
  WHERE a.tenant_id = ?1 AND a.entity_type_id = ?2`;
