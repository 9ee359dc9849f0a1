import type { Attribute } from "../../src/domain/attribute-kinds/kind.ts";
import type { EntityType } from "../../src/domain/entity-types/entity-type.ts";
import { quoteText } from "../tooling/sql-text.ts";
import type { Finding, Source } from "./finding.ts";

/** How many findings of one attribute are told one by one. */
const MOST_TOLD = 100;

/** Links of one attribute: both ends exist, and a single relation has one visible target at most. */
export async function findWrongLinks(
  source: Source,
  tenant: string,
  entityType: EntityType,
  attribute: Attribute,
  types: readonly EntityType[],
): Promise<Finding[]> {
  const target = types.find(({ id }) => id === attribute.settings.target_entity_type_id);
  const links = `record_links l WHERE l.tenant_id = ${quoteText(tenant)} AND l.attribute = ${attribute.number}`;
  const record = (type: number, number: string) =>
    `records r WHERE r.tenant_id = l.tenant_id AND r.type = ${type} AND r.number = ${number}`;
  const id = `coalesce((SELECT r.id FROM ${record(entityType.number, "l.source")}), l.source) AS record`;
  const at = (type: number, end: string, problem: string) =>
    `SELECT ${id}, '${problem}' AS problem FROM ${links}
     AND NOT EXISTS (SELECT 1 FROM ${record(type, end)}) LIMIT ${MOST_TOLD}`;
  const several =
    target && attribute.settings.allow_multiple_selection !== true
      ? [
          `SELECT ${id}, 'several links of a relation that has one' AS problem FROM ${links}
           AND EXISTS (SELECT 1 FROM ${record(target.number, "l.target")} AND r.deleted_at IS NULL)
           GROUP BY l.source HAVING count(*) > 1 LIMIT ${MOST_TOLD}`,
        ]
      : [];
  const found = await source.query(
    at(entityType.number, "l.source", "a link from a record that does not exist"),
    // Without the type there is nothing that the target could be.
    at(target?.number ?? -1, "l.target", "a link to a record that does not exist"),
    ...several,
  );
  return found.flat().map((row) => ({
    database: source.binding,
    table: "record_links",
    tenant,
    type: entityType.name,
    record: String(row.record),
    attribute: attribute.name,
    problem: String(row.problem),
  }));
}
