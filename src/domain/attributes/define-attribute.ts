import { type Issue, invalidInput } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { NewAttribute } from "../../storage/attributes.ts";
import type { NewOption, SelectListRow } from "../../storage/select-lists.ts";
import { patternOf } from "../attribute-kinds/autonumber.ts";
import { isDefaultToken } from "../attribute-kinds/default-token.ts";
import {
  type Attribute,
  type AttributeKind,
  InvalidValue,
  type Json,
  type ParseContext,
  type SettingsContext,
} from "../attribute-kinds/kind.ts";
import { attributeKind, attributeKinds, kindOf } from "../attribute-kinds/registry.ts";
import { settingPath } from "../attribute-kinds/settings.ts";
import { type EntityType, RESERVED_ATTRIBUTE_NAMES } from "../entity-types/entity-type.ts";

/** An attribute as a client defines it; `own` holds the fields that belong to its kind. */
export interface AttributeDefinition {
  readonly name: string;
  readonly displayName: string;
  readonly valueType: string;
  readonly required?: boolean;
  readonly unique?: boolean;
  /** Where it is not given, the kind decides, as long as the entity type has room for another index. */
  readonly indexed?: boolean;
  readonly default?: unknown;
  readonly helpText?: string | null;
  readonly own: Readonly<Record<string, unknown>>;
}

export interface DefaultContext extends ParseContext {
  /** The members that a default points at and that exist. */
  readonly members?: ReadonlyMap<string, unknown>;
  /** Where the definition stands on the wire; empty for the body itself. */
  readonly path?: string;
}

export interface DefinitionContext extends DefaultContext, SettingsContext {
  readonly entityTypeId: string;
  readonly position: number;
  readonly createdAt: string;
  newId(): string;
  /** The shared list that the definition names, if it names one and there is one. */
  readonly sharedList?: SelectListRow;
  /** False when an index that nobody asked for would be one too many. */
  readonly hasRoomForIndex?: boolean;
}

export interface DefinedAttribute {
  readonly attribute: NewAttribute & Pick<Attribute, "options">;
  /** A list to be made for the attribute alone, when its options stand in the definition. */
  readonly ownList?: { readonly id: string; readonly options: readonly NewOption[] };
  /** The shared list whose options the definition was checked against. */
  readonly sharedList?: SelectListRow;
  /** Of a relation: the type at its other side, or the type that gets it as the other side of one. */
  readonly otherType?: EntityType | undefined;
}

/**
 * Checks a definition and completes it with its kind's defaults.
 * @throws AppError `invalid_input` with an issue for each thing wrong.
 */
export function defineAttribute(
  definition: AttributeDefinition,
  context: DefinitionContext,
): DefinedAttribute {
  const { path = "", sharedList, hasRoomForIndex = true } = context;
  const kind = requireKind(definition.valueType, path);
  const { isAssigned = false } = kind;
  const issues: Issue[] = [
    ...nameIssues(definition.name, path),
    ...ownFieldIssues(kind, definition.own, path),
    ...optionIssues(kind, definition, path),
  ];
  if (issues.length > 0) throw invalidInput(...issues);

  const { options: inline, ...settings } = kind.parseSettings(definition.own, path, context);
  const ownList = inline === undefined ? undefined : newList(inline, context);
  if (settings.select_list_id && !sharedList) {
    throw invalidInput({ path: settingPath(path, "select_list_id"), code: "unknown_select_list" });
  }
  const attribute = {
    id: context.newId(),
    entityTypeId: context.entityTypeId,
    name: definition.name,
    displayName: definition.displayName,
    valueType: definition.valueType,
    required: definition.required ?? false,
    unique: definition.unique ?? isAssigned,
    indexed: definition.indexed ?? (isAssigned || (kind.indexedByDefault && hasRoomForIndex)),
    helpText: definition.helpText ?? null,
    settings,
    selectListId: ownList?.id ?? sharedList?.id ?? null,
    options: ownList?.options ?? sharedList?.options ?? [],
    position: context.position,
    createdAt: context.createdAt,
    default: null,
    ...(isAssigned && { lastNumber: patternOf({ settings }).first - 1 }),
  };
  const value = parseDefault(definition.default, { ...attribute, number: 0 }, context);
  return { attribute: { ...attribute, default: value }, ownList, sharedList };
}

/** A default is checked like any value, and kept in stored form. @throws AppError `invalid_input`. */
export function parseDefault(raw: unknown, attribute: Attribute, context: DefaultContext): Json {
  const path = settingPath(context.path ?? "", "default");
  const isToken = isDefaultToken(attribute.valueType, raw);
  const value = isToken ? raw : parseValue(raw, attribute, context, path);
  if (value === null) return null;
  if (isGivenByServer(kindOf(attribute)) || attribute.valueType === "relation") {
    throw invalidInput({ path, code: "not_possible_here" });
  }
  if (attribute.unique) throw invalidInput({ path, code: "default_of_unique" });
  if (attribute.valueType === "user" && !isToken && !context.members?.has(String(value))) {
    throw invalidInput({ path, code: "unknown_member" });
  }
  return value;
}

function parseValue(raw: unknown, attribute: Attribute, context: ParseContext, path: string): Json {
  try {
    return kindOf(attribute).parse(raw, attribute, context);
  } catch (error) {
    if (error instanceof InvalidValue) throw invalidInput(error.at(path));
    throw error;
  }
}

function requireKind(name: string, path: string): AttributeKind {
  const kind = attributeKind(name);
  if (kind) return kind;
  const allowed = attributeKinds.map((kind) => kind.name).join(", ");
  throw invalidInput({
    path: settingPath(path, "value_type"),
    code: "invalid_choice",
    params: { value: name, allowed },
  });
}

export function nameIssues(name: string, path = ""): Issue[] {
  return RESERVED_ATTRIBUTE_NAMES.has(name)
    ? [{ path: settingPath(path, "name"), code: "reserved_name", params: { value: name } }]
    : [];
}

/** Fields of a definition that its kind does not know. */
export function ownFieldIssues(
  kind: AttributeKind,
  own: Readonly<Record<string, unknown>>,
  path = "",
): Issue[] {
  return Object.keys(own)
    .filter((field) => !kind.settingNames.includes(field))
    .map((field) => ({ path: settingPath(path, field), code: "unknown_field" }));
}

/** What is asked for and the kind cannot be. */
export function optionIssues(
  kind: AttributeKind,
  {
    required,
    unique,
    indexed,
  }: { readonly required?: boolean; readonly unique?: boolean; readonly indexed?: boolean },
  path = "",
): Issue[] {
  const issues: Issue[] = [];
  // Whoever requires a value asks for what no request can give.
  if (required && isGivenByServer(kind)) {
    issues.push({ path: settingPath(path, "required"), code: "not_possible_here" });
  }
  if (kind.isAssigned) {
    if (unique === false) issues.push({ path: settingPath(path, "unique"), code: "always_true" });
    if (indexed === false) issues.push({ path: settingPath(path, "indexed"), code: "always_true" });
  }
  if (unique && !kind.canBeUnique)
    issues.push({ path: settingPath(path, "unique"), code: "not_possible_here" });
  if (indexed && !kind.canBeIndexed)
    issues.push({ path: settingPath(path, "indexed"), code: "not_possible_here" });
  return issues;
}

function isGivenByServer({ isAssigned, computed }: AttributeKind): boolean {
  return isAssigned === true || computed !== undefined;
}

function newList(inline: Json, context: DefinitionContext): { id: string; options: NewOption[] } {
  return { id: context.newId(), options: newOptions(inline, context) };
}

/** Options of a new list from what `parseSettings` of a kind with options returns. */
export function newOptions(inline: Json, { newId }: { newId(): string }): NewOption[] {
  const entries = inline as { value: string; color?: string | null }[];
  return entries.map(({ value, color }, i) => ({
    id: newId(),
    number: i + 1,
    value,
    valueFolded: foldText(value),
    color: color ?? null,
    position: i + 1,
  }));
}
