import { invalidInput, type Issue } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { NewAttribute } from "../../storage/attributes.ts";
import type { NewOption, SelectListRow } from "../../storage/select-lists.ts";
import { type Attribute, InvalidValue, type Json, type ParseContext } from "../attribute-kinds/kind.ts";
import { attributeKind } from "../attribute-kinds/registry.ts";
import { RESERVED_ATTRIBUTE_NAMES } from "../entity-types/entity-type.ts";

/** An attribute as a client defines it; `own` holds the fields that belong to its kind. */
export interface AttributeDefinition {
  readonly name: string;
  readonly displayName: string;
  readonly valueType: string;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly indexed?: boolean;
  readonly default?: unknown;
  readonly helpText?: string | null;
  readonly own: Readonly<Record<string, unknown>>;
}

export interface DefinitionContext extends ParseContext {
  readonly entityTypeId: string;
  readonly position: number;
  readonly createdAt: string;
  newId(): string;
  /** The shared list that the definition names, if it names one and there is one. */
  readonly sharedList?: SelectListRow;
}

export interface DefinedAttribute {
  readonly attribute: NewAttribute & Pick<Attribute, "options">;
  /** A list to be made for the attribute alone, when its options stand in the definition. */
  readonly ownList?: { readonly id: string; readonly options: readonly NewOption[] };
}

/**
 * Checks a definition and completes it with its kind's defaults.
 * @throws AppError `invalid_input` with an issue for each thing wrong.
 */
export function defineAttribute(
  definition: AttributeDefinition,
  context: DefinitionContext,
): DefinedAttribute {
  const kind = attributeKind(definition.valueType);
  if (!kind) {
    throw invalidInput({ path: "value_type", code: "invalid_choice", params: { value: definition.valueType } });
  }
  const issues: Issue[] = [];
  if (RESERVED_ATTRIBUTE_NAMES.has(definition.name)) {
    issues.push({ path: "name", code: "reserved_name", params: { value: definition.name } });
  }
  for (const field of Object.keys(definition.own)) {
    if (!kind.settingNames.includes(field)) issues.push({ path: field, code: "unknown_field" });
  }
  if (definition.unique && !kind.canBeUnique) issues.push({ path: "unique", code: "not_possible_here" });
  if (definition.indexed && !kind.canBeIndexed) issues.push({ path: "indexed", code: "not_possible_here" });
  if (issues.length > 0) throw invalidInput(...issues);

  const { options: inline, ...settings } = kind.parseSettings(definition.own, "");
  const ownList = inline === undefined ? undefined : newList(inline, context);
  if (settings.select_list_id && !context.sharedList) {
    throw invalidInput({ path: "select_list_id", code: "unknown_select_list" });
  }
  const attribute = {
    id: context.newId(),
    entityTypeId: context.entityTypeId,
    name: definition.name,
    displayName: definition.displayName,
    valueType: definition.valueType,
    required: definition.required ?? false,
    unique: definition.unique ?? false,
    indexed: definition.indexed ?? kind.indexedByDefault,
    helpText: definition.helpText ?? null,
    settings,
    selectListId: ownList?.id ?? context.sharedList?.id ?? null,
    options: ownList?.options ?? context.sharedList?.options ?? [],
    position: context.position,
    createdAt: context.createdAt,
    default: null,
  };
  const value = parseDefault(definition.default, { ...attribute, number: 0 }, context);
  return { attribute: { ...attribute, default: value }, ownList };
}

/** A default is checked like any value, and kept in stored form. */
export function parseDefault(raw: unknown, attribute: Attribute, context: ParseContext): Json {
  if (raw === undefined || raw === null) return null;
  try {
    return attributeKind(attribute.valueType)?.parse(raw, attribute, context) ?? null;
  } catch (error) {
    if (error instanceof InvalidValue) throw invalidInput(error.at("default"));
    throw error;
  }
}

function newList(inline: Json, context: DefinitionContext): { id: string; options: NewOption[] } {
  const entries = inline as { value: string; color?: string | null }[];
  const options = entries.map(({ value, color }, i) => ({
    id: context.newId(),
    number: i + 1,
    value,
    valueFolded: foldText(value),
    color: color ?? null,
    position: i + 1,
  }));
  return { id: context.newId(), options };
}
