import { type Issue, invalidInput } from "../../errors.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { asksForBackSide } from "../attribute-kinds/relation.ts";
import { settingPath } from "../attribute-kinds/settings.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { RESERVED_ATTRIBUTE_NAMES } from "../entity-types/entity-type.ts";
import { atMost, MOST_ATTRIBUTES, MOST_RELATIONS } from "../entity-types/limits.ts";
import type { AttributeDefinition, DefinedAttribute } from "./define-attribute.ts";

/** The type that is being defined or gets another attribute, as far as it is known. */
export interface DefinedType {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly displayAttributeId: string | null;
  readonly attributes: readonly Attribute[];
}

interface Relations {
  readonly entityType: DefinedType;
  /** The other types that relations name. */
  readonly targets: readonly EntityType[];
  readonly newId: () => string;
  pathOf(index: number): string;
}

/** What a relation definition names its target by. */
export function targetNames(definitions: readonly AttributeDefinition[]): string[] {
  return definitions.flatMap(({ valueType, own: { target_entity_type_id: target } }) =>
    valueType === "relation" && typeof target === "string" ? [target.trim()] : [],
  );
}

/**
 * Completes relations: their target by its id, and the other sides that are asked for, which follow the defined
 * attributes in the answer.
 * @param defined one for each definition.
 * @throws AppError `invalid_input`, `too_many`.
 */
export function defineRelations(
  definitions: readonly AttributeDefinition[],
  defined: readonly DefinedAttribute[],
  relations: Relations,
): DefinedAttribute[] {
  const { entityType, pathOf } = relations;
  if (definitions.every(({ valueType }) => valueType !== "relation")) return [...defined];
  const backs: DefinedAttribute[] = [];
  const fronts = defined.map((one, i): DefinedAttribute => {
    const definition = definitions[i];
    if (definition?.valueType !== "relation") return one;
    const target = findTarget(definition, relations, pathOf(i));
    const path = pathOf(i);
    refuseAnswers(definition, target, path);
    const settings = {
      target_entity_type_id: target.id,
      allow_multiple_selection: one.attribute.settings.allow_multiple_selection ?? false,
    };
    const otherType = isEntityType(target, entityType) ? target : undefined;
    if (!asksForBackSide(definition.own)) {
      return { ...one, otherType, attribute: { ...one.attribute, settings } };
    }
    const siblings = [...target.attributes, ...attributesOf(target.id, [...defined, ...backs])];
    const back = backSide(one, definition, { id: relations.newId(), target, siblings, entityType, path });
    backs.push({ attribute: back, otherType });
    return {
      ...one,
      otherType,
      attribute: { ...one.attribute, settings: { ...settings, inverse_attribute_id: back.id } },
    };
  });
  const all = [...fronts, ...backs];
  for (const type of [entityType, ...relations.targets]) {
    const attributes = [...type.attributes, ...attributesOf(type.id, all)];
    atMost(MOST_ATTRIBUTES, attributes.length, "attributes");
    atMost(
      MOST_RELATIONS,
      attributes.filter(({ valueType }) => valueType === "relation").length,
      "relations",
    );
  }
  return all;
}

/** The type itself is no other type, and has no definition yet when it is only just being made. */
function isEntityType(target: DefinedType | EntityType, own: DefinedType): target is EntityType {
  return target.id !== own.id;
}

function attributesOf(typeId: string, defined: readonly DefinedAttribute[]) {
  return defined.map(({ attribute }) => attribute).filter(({ entityTypeId }) => entityTypeId === typeId);
}

/** By id or by name. */
function findTarget(
  { own }: AttributeDefinition,
  { entityType, targets }: Relations,
  path: string,
): DefinedType | EntityType {
  const wanted = String(own.target_entity_type_id ?? "").trim();
  const at = settingPath(path, "target_entity_type_id");
  if (wanted === "") throw invalidInput({ path: at, code: "required" });
  const found = [entityType, ...targets].find(({ id, name }) => id === wanted || name === wanted);
  if (!found) throw invalidInput({ path: at, code: "unknown_entity_type", params: { value: wanted } });
  return found;
}

/** What only answers say, and the title that links have anyway. */
function refuseAnswers({ own }: AttributeDefinition, target: DefinedType, path: string): void {
  const issues: Issue[] = ["inverse_attribute_id", "is_back_relation"].flatMap((name) =>
    own[name] === undefined || own[name] === null
      ? []
      : [{ path: settingPath(path, name), code: "read_only" }],
  );
  const shown = own.display_attribute_id ?? target.displayAttributeId;
  if (shown !== target.displayAttributeId) {
    issues.push({ path: settingPath(path, "display_attribute_id"), code: "not_the_display_attribute" });
  }
  const asked = ["back_relation_name", "back_relation_display_name"].filter(
    (name) => own[name] !== undefined,
  );
  if (!asksForBackSide(own)) {
    for (const name of asked.filter((given) => own[given] !== null)) {
      issues.push({
        path: settingPath(path, name),
        code: "not_without",
        params: { other: "create_back_relation" },
      });
    }
  } else if (own.back_relation_name === undefined || own.back_relation_name === null) {
    issues.push({ path: settingPath(path, "back_relation_name"), code: "required" });
  }
  if (issues.length > 0) throw invalidInput(...issues);
}

interface Back {
  readonly id: string;
  readonly target: DefinedType;
  readonly siblings: readonly { readonly name: string; readonly position: number }[];
  readonly entityType: DefinedType;
  readonly path: string;
}

function backSide(
  { attribute: front }: DefinedAttribute,
  { own }: AttributeDefinition,
  { id, target, siblings, entityType, path }: Back,
): DefinedAttribute["attribute"] {
  const name = String(own.back_relation_name);
  const at = settingPath(path, "back_relation_name");
  if (RESERVED_ATTRIBUTE_NAMES.has(name)) {
    throw invalidInput({ path: at, code: "reserved_name", params: { value: name } });
  }
  if (siblings.some((sibling) => sibling.name === name)) {
    throw invalidInput({ path: at, code: "already_taken", params: { value: name } });
  }
  return {
    ...front,
    id,
    entityTypeId: target.id,
    name,
    displayName: String(own.back_relation_display_name ?? entityType.displayName),
    required: false,
    helpText: null,
    position: Math.max(0, ...siblings.map(({ position }) => position)) + 1,
    settings: {
      target_entity_type_id: entityType.id,
      allow_multiple_selection: true,
      inverse_attribute_id: front.id,
      is_back_relation: true,
    },
  };
}
