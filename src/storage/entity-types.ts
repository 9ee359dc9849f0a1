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
const DEFINITION = definitionOf("t");
const NONE: ReadonlyMap<string, EntityType> = new Map();

function definitionOf(alias: string): string {
  return `json_array(${attributesOf(alias)}, ${optionsOf(alias)})`;
}

/** SQL for whether the type `t` still is what this isolate knows. */
const IS_KNOWN = "t.id = ?3 AND t.schema_version = ?4";
/**
 * SQL for a JSON list of the other types that the relations of `t` lead to; `?5` has the versions of those that are
 * known by their ids. As long as `t` is known, so is which types those are.
 */
const RELATED = `(SELECT json_group_array(json_object('id', u.id, 'number', u.number, 'name', u.name,
      'display_name', u.display_name, 'display_attribute_id', u.display_attribute_id,
      'schema_version', u.schema_version, 'record_count', u.record_count,
      'last_record_number', u.last_record_number, 'created_at', u.created_at, 'updated_at', u.updated_at,
      'definition', CASE WHEN w.value = u.schema_version THEN NULL ELSE ${definitionOf("u")} || '' END))
    FROM json_each(CASE WHEN ${IS_KNOWN} THEN ?5 ELSE (
      SELECT json_group_object(target.id, ?5 ->> target.id) FROM (
        SELECT DISTINCT a.settings ->> 'target_entity_type_id' AS id FROM attributes a
        WHERE a.tenant_id = t.tenant_id AND a.entity_type_id = t.id AND a.value_type = 'relation') target
      WHERE target.id <> t.id) END) w
    CROSS JOIN entity_types u ON u.tenant_id = ?1 AND u.id = w.key)`;

function toEntityType(
  row: Row,
  readAttributes: readonly Attribute[],
  related: ReadonlyMap<string, EntityType> = NONE,
): EntityType {
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
    related,
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
  };
}

/** Reads the column that `RELATED` gives; those that were not read again are as they were known. */
function toRelated(row: Row, known: ReadonlyMap<string, EntityType>): ReadonlyMap<string, EntityType> {
  const rows = JSON.parse(row.related as string) as Row[];
  if (rows.length === 0) return NONE;
  return new Map(
    rows.map((other) => {
      const id = other.id as string;
      const isKnown = other.definition === null;
      return [id, toEntityType(other, isKnown ? (known.get(id)?.attributes ?? []) : toAttributes(other))];
    }),
  );
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
     * With attributes and options, and with the types that its relations lead to, by id or by name; one statement.
     * Where this isolate knows a definition, it is read again only if its version has changed: one row for the type and
     * one for each related type, instead of one for each attribute and option.
     */
    find(nameOrId: string): Read<EntityType | undefined> {
      const known = cache.get(nameOrId);
      const column = isId(nameOrId) ? "id" : "name";
      const sql = `SELECT ${COLUMNS},
          CASE WHEN ${IS_KNOWN} THEN NULL ELSE ${DEFINITION} END AS definition, ${RELATED} AS related
        FROM entity_types t WHERE t.tenant_id = ?1 AND t.${column} = ?2`;
      const versions = [...(known?.related ?? NONE)].map(([id, { schemaVersion }]) => [id, schemaVersion]);
      const params = [
        tenantId,
        nameOrId,
        known?.id ?? null,
        known?.schemaVersion ?? null,
        JSON.stringify(Object.fromEntries(versions)),
      ];
      return readOne({ sql, params }, (row) => {
        const isKnown = row.definition === null && known !== undefined;
        const related = toRelated(row, known?.related ?? NONE);
        const entityType = toEntityType(row, isKnown ? known.attributes : toAttributes(row), related);
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
