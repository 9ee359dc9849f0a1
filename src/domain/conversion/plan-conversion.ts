import { AppError, invalidInput } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { NewOption, SelectListRow } from "../../storage/select-lists.ts";
import type { Access } from "../access/access.ts";
import { isDefaultToken } from "../attribute-kinds/default-token.ts";
import { type Attribute, InvalidValue, type Json } from "../attribute-kinds/kind.ts";
import { attributeKind } from "../attribute-kinds/registry.ts";
import { MOST_OPTIONS, readOptionValue } from "../attribute-kinds/select-settings.ts";
import { defineAttribute } from "../attributes/define-attribute.ts";
import { type ConversionContext, convertValue, textsOf } from "./convert-value.ts";

export interface Conversion {
  readonly valueType: string;
  /** The new kind's own settings. */
  readonly own: Readonly<Record<string, unknown>>;
}

export interface PlannedConversion {
  /** The attribute as it will be; its number is not known yet. */
  readonly successor: Attribute;
  /** A list to be made for it. */
  readonly ownList: { readonly id: string; readonly options: readonly NewOption[] } | undefined;
  /** The shared list that it was checked against. */
  readonly sharedList: SelectListRow | undefined;
}

/** Kinds whose values stand elsewhere than in the record, or follow from others. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set(["relation", "formula", "lookup", "rollup", "file"]);

const hasOptions = (valueType: string) => attributeKind(valueType)?.settingNames.includes("options") ?? false;

/** Whether the options of the new kind are to be made of the values that there are. */
export function makesOptions(attribute: Attribute, { valueType, own }: Conversion): boolean {
  const isGiven = own.options != null || own.select_list_id != null;
  return hasOptions(valueType) && !isGiven && attribute.selectListId === null;
}

/** @throws AppError `invalid_input` where the attribute cannot be converted into that. */
export function requireConvertible(attribute: Attribute, { valueType }: Conversion): void {
  const path = "value_type";
  if (valueType === attribute.valueType) throw invalidInput({ path, code: "same_kind" });
  const isImpossible = [attribute.valueType, valueType].some((name) => WITHOUT_VALUES.has(name));
  if (isImpossible || attributeKind(valueType)?.isAssigned)
    throw invalidInput({ path, code: "no_conversion" });
}

/**
 * Checks the new kind's settings and completes them. What an attribute is beside its kind stays, where the new kind
 * can be it: unique, indexed, a default that converts. Options that nobody gave are made of the values.
 * @param values different values that there are, where options are to be made of them.
 * @throws AppError `invalid_input`, `too_many` (options).
 */
export function planConversion(
  access: Access,
  attribute: Attribute,
  conversion: Conversion,
  given: {
    readonly lists: readonly SelectListRow[];
    readonly values: readonly Json[];
    readonly context: ConversionContext;
    newId(): string;
  },
): PlannedConversion {
  const { valueType, own } = conversion;
  const kind = attributeKind(valueType);
  const keepsList =
    hasOptions(valueType) &&
    attribute.selectListId !== null &&
    own.options == null &&
    own.select_list_id == null;
  const wanted = keepsList
    ? { ...own, select_list_id: attribute.selectListId }
    : makesOptions(attribute, conversion)
      ? { ...own, options: optionsFrom(attribute, valueType, given.values, given.context) }
      : own;
  const lists = keepsList ? [ownRow(attribute)] : given.lists;
  const listId = wanted.select_list_id;
  const sharedList =
    typeof listId === "string" ? lists.find(({ id }) => id === listId.trim().toLowerCase()) : undefined;
  const defined = defineAttribute(
    {
      name: attribute.name,
      displayName: attribute.displayName,
      valueType,
      unique: attribute.unique && (kind?.canBeUnique ?? false),
      indexed: attribute.indexed && (kind?.canBeIndexed ?? false),
      own: wanted,
    },
    {
      entityTypeId: attribute.entityTypeId,
      position: attribute.position,
      createdAt: "",
      newId: given.newId,
      defaultCountry: access.tenant.defaultCountry,
      currency: access.tenant.currency,
      sharedList,
    },
  );
  const bare: Attribute = {
    ...defined.attribute,
    id: attribute.id,
    number: 0,
    required: attribute.required,
    settings: keepsList ? attribute.settings : defined.attribute.settings,
  };
  return {
    successor: { ...bare, default: convertDefault(attribute, bare, given.context) },
    ownList: defined.ownList,
    sharedList: keepsList ? undefined : defined.sharedList,
  };
}

function ownRow({ selectListId, options }: Attribute): SelectListRow {
  return { id: selectListId ?? "", name: null, lastOptionNumber: 0, options };
}

function optionsFrom(
  attribute: Attribute,
  valueType: string,
  values: readonly Json[],
  context: ConversionContext,
): { value: string }[] {
  const options = new Map<string, string>();
  for (const text of values.flatMap((value) =>
    textsOf(attribute, value, context, valueType === "multiselect"),
  )) {
    try {
      const value = readOptionValue(text);
      if (!options.has(foldText(value))) options.set(foldText(value), value);
    } catch (error) {
      // What cannot be an option does not convert, and is told so.
      if (!(error instanceof InvalidValue)) throw error;
    }
  }
  if (options.size > MOST_OPTIONS) {
    throw new AppError("too_many", { params: { max: MOST_OPTIONS, what: "options" } });
  }
  return [...options.values()].sort((a, b) => a.localeCompare(b)).map((value) => ({ value }));
}

function convertDefault(from: Attribute, to: Attribute, context: ConversionContext): Json {
  if (from.default === null || to.unique) return null;
  if (isDefaultToken(from.valueType, from.default)) {
    return isDefaultToken(to.valueType, from.default) ? from.default : null;
  }
  try {
    return convertValue(from, to, from.default, context);
  } catch (error) {
    if (error instanceof InvalidValue) return null;
    throw error;
  }
}
