import type { Issue } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import { readId } from "../attribute-kinds/id-value.ts";
import type { Attribute, AttributeLink, Json, Operator } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import { type EntityType, findAttribute } from "../entity-types/entity-type.ts";
import type { Comparable, FieldPlace, SystemColumn, ValuePlace } from "./checked-query.ts";
import type { QueryContext } from "./parse-operand.ts";

/** A field that lists filter by, with what reading its operands takes. */
export interface QueryField {
  readonly place: FieldPlace;
  readonly operators: readonly Operator[];
  /** Kinds of days and moments also take relative dates. */
  readonly calendar: "date" | "datetime" | undefined;
  /** Fields of members also take `$me`. */
  readonly ofMembers: boolean;
  /** The stored form of an operand; null for blank. @throws InvalidValue */
  parse(raw: unknown, defaultCountry: string): Json;
  compared(value: Json): Comparable;
  foldOperand(text: string): string;
}

/** Settings that say what may be stored. What may be asked for is not theirs to limit. */
const RULES: readonly string[] = ["min", "max", "min_length", "max_length", "format"];

/** System fields, each with the kind that its values are of. `position` is there to sort by only. */
const SYSTEM_FIELDS: Readonly<Record<SystemColumn, string | undefined>> = {
  number: undefined,
  id: undefined,
  created_at: "datetime",
  updated_at: "datetime",
  created_by: "user",
  owner_id: "user",
  position: undefined,
};
/** The order of ids is of no use to anyone. */
const SORTABLE_COLUMNS: readonly SystemColumn[] = [
  "position",
  "created_at",
  "updated_at",
  "created_by",
  "owner_id",
];

/** What there is to filter by under this name; undefined when there is nothing. */
export function findQueryField(entityType: EntityType, name: string): QueryField | undefined {
  const attribute = findAttribute(entityType, name);
  if (attribute?.link) return linkField(attribute, attribute.link);
  if (attribute) return isComputedOnRead(attribute) ? undefined : attributeField(attribute);
  if (name === "id") return idField;
  const kind = isColumn(name) ? SYSTEM_FIELDS[name] : undefined;
  return kind === undefined ? undefined : systemField(name as SystemColumn, kind);
}

/** What is wrong with the name of a field that lists cannot go by; `allowed` are the names of those that they can. */
export function unusableField(entityType: EntityType, name: unknown, path: string, allowed: string): Issue {
  const attribute = typeof name === "string" ? findAttribute(entityType, name) : undefined;
  return attribute && isComputedOnRead(attribute)
    ? { path, code: "computed_on_read", params: { name: attribute.name } }
    : { path, code: "unknown_field", params: { allowed } };
}

export function filterableNames(entityType: EntityType): string {
  const columns = Object.keys(SYSTEM_FIELDS).filter((name) => name !== "position" && name !== "number");
  const attributes = entityType.attributes.filter((attribute) => !isComputedOnRead(attribute));
  return [...attributes.map(({ name }) => name), ...columns].join(", ");
}

/** What lists filter by, with the operators that fit. */
interface FilterableField {
  readonly field: string;
  readonly operators: readonly Operator[];
}

/** Everything that lists filter by, what can be looked at beyond relations included. */
export function filterableFields(
  entityType: EntityType,
  { beyond }: Pick<QueryContext, "beyond">,
): FilterableField[] {
  const linked = entityType.attributes.flatMap(({ name, link }) => {
    const other = link && beyond?.(link);
    return other ? ownFields(other.entityType).map((one) => ({ ...one, field: `${name}.${one.field}` })) : [];
  });
  return [...ownFields(entityType), ...linked];
}

function ownFields(entityType: EntityType): FilterableField[] {
  return filterableNames(entityType)
    .split(", ")
    .flatMap((field) => {
      const found = findQueryField(entityType, field);
      return found ? [{ field, operators: found.operators }] : [];
    });
}

/** Where the sort key of this name stands; undefined when there is none. */
export function findSortPlace(entityType: EntityType, name: string): ValuePlace | undefined {
  const attribute = findAttribute(entityType, name);
  if (attribute) return kindOf(attribute).canBeSorted === false ? undefined : placeOf(attribute);
  const column = SORTABLE_COLUMNS.find((sortable) => sortable === name);
  return column && { in: "column", column };
}

export function sortableNames(entityType: EntityType): string {
  const attributes = entityType.attributes.filter((attribute) => kindOf(attribute).canBeSorted !== false);
  return [...attributes.map(({ name }) => name), ...SORTABLE_COLUMNS].join(", ");
}

function isComputedOnRead(attribute: Attribute): boolean {
  return kindOf(attribute).computed === "on_read";
}

function isColumn(name: string): name is SystemColumn {
  return Object.hasOwn(SYSTEM_FIELDS, name);
}

/** Where an attribute's values stand, and how they are compared. */
export function placeOf(attribute: Attribute): ValuePlace {
  const { comparesFolded = false, canBeIndexed } = kindOf(attribute);
  return { in: "values", attribute, comparesFolded, canBeIndexed };
}

function attributeField(attribute: Attribute): QueryField {
  const kind = kindOf(attribute);
  const settings = Object.fromEntries(
    Object.entries(attribute.settings).filter(([name]) => !RULES.includes(name)),
  );
  const unruled = { ...attribute, settings };
  return {
    place: placeOf(attribute),
    operators: kind.operators,
    calendar: kind.name === "date" || kind.name === "datetime" ? kind.name : undefined,
    ofMembers: kind.name === "user",
    parse: (raw, defaultCountry) => kind.parse(raw, unruled, { defaultCountry }),
    compared(value) {
      const key = kind.indexKey(value, attribute);
      const text = kind.comparesFolded ? kind.foldedText?.(value, attribute) : undefined;
      return { key, exact: text ?? key };
    },
    foldOperand: kind.foldOperand ?? foldText,
  };
}

/** What a record is linked to, by the ids. */
function linkField(attribute: Attribute, link: AttributeLink): QueryField {
  return { ...attributeField(attribute), place: { in: "links", attribute, link } };
}

/** A system field is compared like an attribute of its kind that has no settings. */
function systemField(column: SystemColumn, valueType: string): QueryField {
  return {
    ...attributeField({
      id: column,
      entityTypeId: "",
      number: 0,
      name: column,
      displayName: column,
      valueType,
      required: false,
      unique: false,
      indexed: false,
      default: null,
      helpText: null,
      settings: {},
      selectListId: null,
      options: [],
      position: 0,
    }),
    place: { in: "column", column },
  };
}

const idField: QueryField = {
  place: { in: "column", column: "id" },
  operators: ["eq", "in"],
  calendar: undefined,
  ofMembers: false,
  parse: (raw) => readId(raw),
  compared: (value) => ({ key: String(value), exact: String(value) }),
  foldOperand: foldText,
};
