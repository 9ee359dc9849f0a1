import type { Attribute, AttributeLink, Json, SelectOption } from "../domain/attribute-kinds/kind.ts";
import type { Row } from "./database.ts";

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
      a.select_list_id, a.position, a.job_id, json(a.successor), json(${LINK})))
    FROM attributes a WHERE a.tenant_id = ${alias}.tenant_id AND a.entity_type_id = ${alias}.id)`;
}

/** SQL for a JSON list of the options of all lists that an entity type's attributes use. */
export function optionsOf(alias: string): string {
  return `(SELECT json_group_array(json_array(o.list_id, o.id, o.number, o.value, o.color, o.position, o.is_leaving))
    FROM select_options o
    WHERE o.tenant_id = ${alias}.tenant_id AND o.list_id IN (
      SELECT l.value FROM attributes a, json_each(json_array(a.select_list_id, a.successor ->> '$.select_list_id')) l
      WHERE a.tenant_id = ${alias}.tenant_id AND a.entity_type_id = ${alias}.id AND l.value IS NOT NULL))`;
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
  jobId: string | null,
  successor: StoredSuccessor | { readonly former_number: number } | null,
  link:
    | [front: number, isFront: number, allowsSeveral: number, otherTypeId: string, otherType: number]
    | null,
];

/** What an attribute becomes, beside that in which it stays the same. */
interface StoredSuccessor {
  readonly number: number;
  readonly value_type: string;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly default: Json;
  readonly settings: Record<string, Json>;
  readonly select_list_id: string | null;
}
type OptionTuple = [
  listId: string,
  id: string,
  number: number,
  value: string,
  color: string | null,
  position: number,
  isLeaving: number,
];

function toLink([attribute, isFront, allowsSeveral, otherTypeId, otherType]: NonNullable<
  AttributeTuple[15]
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
      .map(([, id, number, value, color, position, isLeaving]) => ({
        id,
        number,
        value,
        color,
        position,
        ...(isLeaving === 1 && { isLeaving: true }),
      }))
      .sort((a, b) => a.position - b.position || a.number - b.number);
  const toAttribute = (tuple: AttributeTuple): Attribute => ({
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
    ...(tuple[15] && { link: toLink(tuple[15]) }),
    ...(tuple[13] !== null && { jobId: tuple[13] }),
    ...((tuple[6] === 2 || tuple[7] === 2) && {
      building: { index: tuple[7] === 2, unique: tuple[6] === 2 },
    }),
  });
  const toSuccessor = (attribute: Attribute, next: StoredSuccessor): Attribute => ({
    ...attribute,
    number: next.number,
    valueType: next.value_type,
    unique: false,
    indexed: false,
    building: { index: next.indexed, unique: next.unique },
    default: next.default,
    settings: next.settings,
    selectListId: next.select_list_id,
    options: optionsIn(next.select_list_id),
  });
  return tuples
    .map((tuple) => {
      const attribute = toAttribute(tuple);
      const [, , , , , , , , , , , , , , next] = tuple;
      if (!next) return attribute;
      return "former_number" in next
        ? { ...attribute, formerNumber: next.former_number }
        : { ...attribute, successor: toSuccessor(attribute, next) };
    })
    .sort((a, b) => a.position - b.position || a.number - b.number);
}
