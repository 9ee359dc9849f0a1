import type { Facts } from "../audit/audit-row.ts";
import type { WireEntityType } from "./wire-entity-type.ts";

/** An entity type as the audit log shows it: of its attributes, which have entries of their own, the essentials. */
export function typeFacts({ name, display_name, display_attribute, attributes }: WireEntityType): Facts {
  return {
    name,
    display_name,
    display_attribute,
    attributes: attributes.map((attribute) => ({
      id: attribute.id,
      name: attribute.name,
      display_name: attribute.display_name,
      value_type: attribute.value_type,
    })),
  };
}
