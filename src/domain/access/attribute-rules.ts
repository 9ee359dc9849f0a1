import type { Issue } from "../../errors.ts";
import type { AttributeRule } from "./access.ts";

/** As much of an entity type as naming rules on its attributes takes. */
export interface NamedTable {
  readonly id: string;
  readonly name: string;
  readonly attributes: readonly { readonly id: string; readonly name: string }[];
}

/** A rule as the wire has it; both names or both ids will do. */
export type WireAttributeRule = {
  entity_type: string;
  attribute: string;
  access: AttributeRule["access"];
};

/** Reads rules; each table or attribute that is not there, and each second rule for one, is an issue at its place. */
export function parseAttributeRules(
  wanted: readonly WireAttributeRule[],
  tables: readonly NamedTable[],
): { attributeRules: AttributeRule[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  const attributeRules = wanted.flatMap(({ entity_type, attribute: name, access }, i): AttributeRule[] => {
    const path = `attribute_rules[${i}]`;
    const table = tables.find((candidate) => candidate.name === entity_type || candidate.id === entity_type);
    const attribute = table?.attributes.find((candidate) => candidate.name === name || candidate.id === name);
    if (!table) {
      issues.push({
        path: `${path}.entity_type`,
        code: "unknown_entity_type",
        params: { value: entity_type },
      });
    } else if (!attribute) {
      const allowed = table.attributes.map((candidate) => candidate.name).join(", ");
      issues.push({ path: `${path}.attribute`, code: "unknown_attribute", params: { value: name, allowed } });
    } else if (seen.has(attribute.id)) issues.push({ path, code: "given_twice" });
    if (!table || !attribute) return [];
    seen.add(attribute.id);
    return [{ entityTypeId: table.id, attributeId: attribute.id, access }];
  });
  return { attributeRules, issues };
}

/** The rules by name, in the order of tables and attributes; those on what has been deleted are left out. */
export function namedRules(
  rules: readonly AttributeRule[],
  tables: readonly NamedTable[],
): WireAttributeRule[] {
  return tables.flatMap((table) =>
    table.attributes.flatMap((attribute) => {
      const rule = rules.find(({ attributeId }) => attributeId === attribute.id);
      return rule ? [{ entity_type: table.name, attribute: attribute.name, access: rule.access }] : [];
    }),
  );
}
