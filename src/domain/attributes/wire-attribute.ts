import type { Access } from "../access/access.ts";
import { attributeAccess } from "../access/attribute-access.ts";
import { grantedScope } from "../access/authorize.ts";
import { isDefaultToken } from "../attribute-kinds/default-token.ts";
import type { Attribute, Json } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import { stayingOptions } from "../attribute-kinds/select.ts";
import { withNames } from "../formulas/formula-text.ts";
import { type WireOption, wireOption } from "../select-lists/wire-select-list.ts";

/** An attribute as the API shows it: beside these fields, those of its kind. */
export type WireAttribute = {
  id: string;
  entity_type_id: string;
  name: string;
  display_name: string;
  value_type: string;
  required: boolean;
  unique: boolean;
  indexed: boolean;
  default: Json;
  help_text: string | null;
  position: number;
  /** What the caller may do with its values. */
  access: "write" | "read";
  /** While a job works on it. */
  job_id?: string;
  /** For kinds with options: the shared or private list they stand in. */
  select_list_id?: string;
  options?: WireOption[];
  [setting: string]: Json | undefined;
};

/** @param siblings all attributes of the type, whose names formulas show. */
export function wireAttribute(
  access: Access,
  attribute: Omit<Attribute, "number"> & { readonly number?: number },
  siblings: readonly Pick<Attribute, "id" | "name">[],
): WireAttribute {
  const { entityTypeId, selectListId } = attribute;
  const mayWrite =
    kindOf(attribute).computed === undefined &&
    ["create", "edit"].some((action) => grantedScope(access, entityTypeId, action));
  return {
    id: attribute.id,
    entity_type_id: entityTypeId,
    name: attribute.name,
    display_name: attribute.displayName,
    value_type: attribute.valueType,
    required: attribute.required,
    unique: attribute.unique,
    indexed: attribute.indexed,
    default: wireDefault({ ...attribute, number: attribute.number ?? 0 }),
    help_text: attribute.helpText,
    position: attribute.position,
    access: mayWrite && attributeAccess(access, attribute) === "write" ? "write" : "read",
    ...(attribute.jobId !== undefined && { job_id: attribute.jobId }),
    ...attribute.settings,
    ...(attribute.valueType === "formula" && {
      formula_text: withNames(String(attribute.settings.formula_text), siblings),
    }),
    ...(selectListId !== null && {
      select_list_id: selectListId,
      options: stayingOptions(attribute.options).map(wireOption),
    }),
  };
}

/** A default in the form in which a client writes it: an id where the value would be read as an object. */
export function wireDefault(attribute: Attribute): Json {
  if (attribute.default === null || isDefaultToken(attribute.valueType, attribute.default)) {
    return attribute.default;
  }
  const shown = kindOf(attribute).toWire(attribute.default, attribute, { memberName: () => undefined });
  const isReference =
    attribute.valueType !== "json" && typeof shown === "object" && shown !== null && "id" in shown;
  return isReference ? (shown.id ?? null) : shown;
}
