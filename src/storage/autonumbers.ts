import type { Attribute, Json } from "../domain/attribute-kinds/kind.ts";
import type { EntityType } from "../domain/entity-types/entity-type.ts";
import { isId } from "../lib/ids.ts";
import { type NumberPattern, parseNumberPattern } from "../lib/number-pattern.ts";
import type { Read, SqlValue, Write } from "./database.ts";
import { abortWhen } from "./guard.ts";

/** A running number of an entity type; its counter is `attributes.last_number`. */
interface Numbered {
  readonly attribute: Attribute;
  readonly pattern: NumberPattern;
}

export function numberedIn({ attributes }: Pick<EntityType, "attributes">): Numbered[] {
  return attributes
    .filter(({ valueType }) => valueType === "autonumber")
    .map((attribute) => ({ attribute, pattern: patternIn(attribute) }));
}

export function patternIn({ name, settings }: Pick<Attribute, "name" | "settings">): NumberPattern {
  const pattern = parseNumberPattern(String(settings.pattern));
  if (!pattern) throw new Error(`no pattern for the numbers of ${name}`);
  return pattern;
}

/** The parts of the statement that inserts the records of `v`, of which `offset` are after each. */
export interface NumberingSql {
  /** Counters of the type's running numbers, to be joined. */
  readonly joins: string;
  title(given: string): string;
  data(given: string): string;
  folded(given: string): string;
  /** What `param` is bound to, if anything is. */
  readonly params: readonly SqlValue[];
}

/** @param offset SQL for how many of the batch's records come after this one. @param param as `?4`. */
export function numberingSql(entityType: EntityType, offset: string, param: string): NumberingSql {
  const numbered = numberedIn(entityType);
  if (numbered.length === 0) {
    const same = (given: string) => given;
    return { joins: "", title: same, data: same, folded: same, params: [] };
  }
  const bound: string[] = [];
  const text = (value: string) => `(${param} ->> '$[${bound.push(value) - 1}]')`;
  const all = numbered.map(({ attribute, pattern }, i) => ({
    attribute,
    pattern,
    path: `'$.a${attribute.number}'`,
    number: `(n${i}.last_number - ${offset})`,
    join: `JOIN attributes n${i} ON n${i}.tenant_id = ?1 AND n${i}.id = ${text(attribute.id)}`,
  }));
  const shown = (number: string, width: number, prefix: string, suffix: string) =>
    `${text(prefix)} || printf('%0${width}d', ${number}) || ${text(suffix)}`;
  const data = all.map(({ path, number }) => `${path}, ${number}`).join(", ");
  const folded = all
    .map(
      ({ path, number, pattern: { width, foldedPrefix, foldedSuffix } }) =>
        `${path}, ${shown(number, width, foldedPrefix, foldedSuffix)}`,
    )
    .join(", ");
  const titled = all.find(({ attribute }) => attribute.id === entityType.displayAttributeId);
  const title =
    titled && shown(titled.number, titled.pattern.width, titled.pattern.prefix, titled.pattern.suffix);
  return {
    joins: all.map(({ join }) => join).join(" "),
    title: (given) => title ?? given,
    data: (given) => `json_set(${given}, ${data})`,
    folded: (given) => `json_set(${given}, ${folded})`,
    params: [JSON.stringify(bound)],
  };
}

/** Numbers of an attribute, as the database hands them out in the batch that creates records. */
export function autonumberStore(tenantId: string) {
  const idsOf = (entityType: EntityType) =>
    JSON.stringify(numberedIn(entityType).map(({ attribute }) => attribute.id));

  return {
    /** Comes before the records that take the numbers. */
    take(entityType: EntityType, count: number): Write[] {
      if (numberedIn(entityType).length === 0) return [];
      const sql = `UPDATE attributes SET last_number = last_number + ?3
        WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))`;
      return [{ sql, params: [tenantId, idsOf(entityType), count] }];
    },

    /** Index and unique rows of the last `count` records; follows them in their batch. */
    addKeys(entityType: EntityType, count: number): Write[] {
      if (numberedIn(entityType).length === 0) return [];
      const offsets = JSON.stringify(Array.from({ length: count }, (_, offset) => offset));
      return ["record_index", "record_unique"].map((table) => ({
        sql: `INSERT INTO ${table} (tenant_id, attribute, key, record)
          SELECT ?1, n.number, n.last_number - o.value, t.last_record_number - o.value
          FROM json_each(?3) o CROSS JOIN json_each(?2) a
          JOIN attributes n ON n.tenant_id = ?1 AND n.id = a.value
          JOIN entity_types t ON t.tenant_id = ?1 AND t.id = n.entity_type_id`,
        params: [tenantId, idsOf(entityType), offsets],
      }));
    },

    /** The numbers of the record that was created last, as they are shown, by attribute name. */
    ofLast(entityType: EntityType): Read<Readonly<Record<string, Json>>> | undefined {
      const numbered = numberedIn(entityType);
      if (numbered.length === 0) return undefined;
      const shapes = numbered.map(({ attribute, pattern }) => [
        attribute.id,
        pattern.prefix,
        pattern.width,
        pattern.suffix,
      ]);
      return {
        sql: `SELECT json_group_object(n.name,
            (s.value ->> 1) || printf('%0*d', s.value ->> 2, n.last_number) || (s.value ->> 3)) AS shown
          FROM json_each(?2) s JOIN attributes n ON n.tenant_id = ?1 AND n.id = s.value ->> 0`,
        params: [tenantId, JSON.stringify(shapes)],
        decode: ([row]) => JSON.parse(String(row?.shown ?? "{}")) as Record<string, Json>,
      };
    },

    /** Whether a type has records, in the trash or out of it. */
    hasRecords(typeNameOrId: string): Read<boolean> {
      const column = isId(typeNameOrId) ? "id" : "name";
      const sql = `SELECT 1 FROM entity_types WHERE tenant_id = ? AND ${column} = ? AND last_record_number > 0`;
      return { sql, params: [tenantId, typeNameOrId], decode: (rows) => rows.length > 0 };
    },

    /** Aborts the batch when the type has records by now. */
    requireNoRecords(entityTypeId: string): Write {
      const condition = `EXISTS (SELECT 1 FROM entity_types
        WHERE tenant_id = ?1 AND id = ?2 AND last_record_number > 0)`;
      return abortWhen(tenantId, condition, entityTypeId);
    },

    /**
     * Sets numbers aside for the records that are there when an attribute is added: records to come get those after
     * them. Follows the attribute in its batch.
     */
    setAside(attributeId: string): Write {
      return {
        sql: `UPDATE attributes SET last_number = last_number + (
            SELECT t.last_record_number FROM entity_types t
            WHERE t.tenant_id = ?1 AND t.id = attributes.entity_type_id)
          WHERE tenant_id = ?1 AND id = ?2`,
        params: [tenantId, attributeId],
      };
    },
  };
}

/** SQL for a number of the attribute as it is shown, from its stored form; null where it is blank. */
export function shownSql(value: string, width: number, prefix: string, suffix: string): string {
  return `CASE WHEN ${value} IS NOT NULL THEN ${prefix} || printf('%0${width}d', ${value}) || ${suffix} END`;
}
