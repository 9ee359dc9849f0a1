import { and, eq } from "drizzle-orm";
import type { Attribute, AttributeLink, Json, SelectOption } from "../domain/attribute-kinds/kind.ts";
import { type Row, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { attributes } from "./tables/tenant.ts";

/** SQL for where the links of the relation `a` are; a back side has its front side as its inverse. */
const LINK = `CASE a.value_type WHEN 'relation' THEN (
    SELECT json_array(f.number, f.id = a.id, f.settings ->> 'allow_multiple_selection', o.id, o.number)
    FROM attributes f JOIN entity_types o
      ON o.tenant_id = f.tenant_id AND o.id = a.settings ->> 'target_entity_type_id'
    WHERE f.tenant_id = a.tenant_id
      AND f.id = iif(a.settings ->> 'is_back_relation', a.settings ->> 'inverse_attribute_id', a.id)) END`;

/** SQL for a JSON list of the attributes of an entity type that stands in the query as `alias`. */
export function attributesOf(alias: string): string {
  return `(SELECT json_group_array(json_array(a.id, a.number, a.name, a.display_name, a.value_type, a.required,
      a.is_unique, a.indexed, json(coalesce(a.default_value, 'null')), a.help_text, json(a.settings),
      a.select_list_id, a.position, json(${LINK})))
    FROM attributes a WHERE a.tenant_id = ${alias}.tenant_id AND a.entity_type_id = ${alias}.id)`;
}

/** SQL for a JSON list of the options of all lists that an entity type's attributes use. */
export function optionsOf(alias: string): string {
  return `(SELECT json_group_array(json_array(o.list_id, o.id, o.number, o.value, o.color, o.position))
    FROM select_options o
    WHERE o.tenant_id = ${alias}.tenant_id AND o.list_id IN (
      SELECT a.select_list_id FROM attributes a
      WHERE a.tenant_id = ${alias}.tenant_id AND a.entity_type_id = ${alias}.id
        AND a.select_list_id IS NOT NULL))`;
}

type AttributeTuple = [
  id: string,
  number: number,
  name: string,
  displayName: string,
  valueType: string,
  required: number,
  unique: number,
  indexed: number,
  defaultValue: Json,
  helpText: string | null,
  settings: Record<string, Json>,
  selectListId: string | null,
  position: number,
  link:
    | [front: number, isFront: number, allowsSeveral: number, otherTypeId: string, otherType: number]
    | null,
];
type OptionTuple = [
  listId: string,
  id: string,
  number: number,
  value: string,
  color: string | null,
  position: number,
];

function toLink([attribute, isFront, allowsSeveral, otherTypeId, otherType]: NonNullable<
  AttributeTuple[13]
>): AttributeLink {
  return {
    attribute,
    isFront: isFront === 1,
    isOnePerSource: allowsSeveral !== 1,
    otherTypeId,
    otherType,
  };
}

/** Reads what `attributesOf` and `optionsOf` gathered in the column `definition`, of the type in the column `id`. */
export function toAttributes(row: Row): Attribute[] {
  const [tuples, options] = JSON.parse(row.definition as string) as [AttributeTuple[], OptionTuple[]];
  const entityTypeId = row.id as string;
  const lists = Map.groupBy(options, ([listId]) => listId);
  const optionsIn = (listId: string | null): SelectOption[] =>
    (listId === null ? [] : (lists.get(listId) ?? []))
      .map(([, id, number, value, color, position]) => ({ id, number, value, color, position }))
      .sort((a, b) => a.position - b.position || a.number - b.number);
  return tuples
    .map((tuple) => ({
      id: tuple[0],
      entityTypeId,
      number: tuple[1],
      name: tuple[2],
      displayName: tuple[3],
      valueType: tuple[4],
      required: tuple[5] === 1,
      unique: tuple[6] === 1,
      indexed: tuple[7] === 1,
      default: tuple[8],
      helpText: tuple[9],
      settings: tuple[10],
      selectListId: tuple[11],
      options: optionsIn(tuple[11]),
      position: tuple[12],
      ...(tuple[13] && { link: toLink(tuple[13]) }),
    }))
    .sort((a, b) => a.position - b.position || a.number - b.number);
}

export interface NewAttribute extends Omit<Attribute, "number" | "options"> {
  readonly createdAt: string;
  /** Of an autonumber: the number before its first. */
  readonly lastNumber?: number;
}

export function attributeStore(tenantId: string) {
  const one = (id: string) => and(eq(attributes.tenant_id, tenantId), eq(attributes.id, id));
  return {
    /** Each gets the tenant's next attribute number, in the order given. */
    insert(added: readonly NewAttribute[]): Write[] {
      const rows = added.map((attribute, i) => [
        attribute.id,
        attribute.entityTypeId,
        added.length - 1 - i,
        attribute.name,
        attribute.displayName,
        attribute.valueType,
        attribute.required ? 1 : 0,
        attribute.unique ? 1 : 0,
        attribute.indexed ? 1 : 0,
        attribute.default === null ? null : JSON.stringify(attribute.default),
        attribute.helpText,
        JSON.stringify(attribute.settings),
        attribute.selectListId,
        attribute.position,
        attribute.createdAt,
        attribute.lastNumber ?? null,
      ]);
      return [
        {
          sql: "UPDATE tenants SET last_attribute_number = last_attribute_number + ? WHERE tenant_id = ?",
          params: [added.length, tenantId],
        },
        {
          sql: `INSERT INTO attributes (tenant_id, id, entity_type_id, number, name, display_name, value_type,
              required, is_unique, indexed, default_value, help_text, settings, select_list_id, position,
              created_at, last_number)
            SELECT ?1, v.value ->> 0, v.value ->> 1, t.last_attribute_number - (v.value ->> 2), v.value ->> 3,
              v.value ->> 4, v.value ->> 5, v.value ->> 6, v.value ->> 7, v.value ->> 8, v.value ->> 9,
              v.value ->> 10, v.value ->> 11, v.value ->> 12, v.value ->> 13, v.value ->> 14, v.value ->> 15
            FROM json_each(?2) v JOIN tenants t ON t.tenant_id = ?1`,
          params: [tenantId, JSON.stringify(rows)],
        },
      ];
    },

    update(attribute: Omit<Attribute, "options">): Write {
      return statement(
        query
          .update(attributes)
          .set({
            name: attribute.name,
            display_name: attribute.displayName,
            required: attribute.required ? 1 : 0,
            is_unique: attribute.unique ? 1 : 0,
            indexed: attribute.indexed ? 1 : 0,
            default_value: attribute.default === null ? null : JSON.stringify(attribute.default),
            help_text: attribute.helpText,
            settings: JSON.stringify(attribute.settings),
            select_list_id: attribute.selectListId,
            position: attribute.position,
          })
          .where(one(attribute.id)),
      );
    },

    /** The attribute with its index rows and links. Values stay in the records, under a key that is never used again. */
    delete({ id, number }: Attribute): Write[] {
      const keyed = (table: string): Write => ({
        sql: `DELETE FROM ${table} WHERE tenant_id = ? AND attribute = ?`,
        params: [tenantId, number],
      });
      return [
        keyed("record_index"),
        keyed("record_unique"),
        keyed("record_links"),
        statement(query.delete(attributes).where(one(id))),
      ];
    },
  };
}
