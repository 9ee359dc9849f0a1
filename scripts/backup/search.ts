import { attributeKind } from "../../src/domain/attribute-kinds/registry.ts";
import { rebuildSearchOfType } from "../../src/storage/record-search.ts";
import type { OpenDatabase } from "../tooling/open-databases.ts";
import { withParams } from "../tooling/sql-text.ts";

const HAS_SEARCH = "SELECT count(*) AS n FROM sqlite_master WHERE name = 'record_search'";
const TYPES = `SELECT t.tenant_id, t.number,
    (SELECT json_group_array(json_array(a.number, a.value_type)) FROM attributes a
     WHERE a.tenant_id = t.tenant_id AND a.entity_type_id = t.id) AS attributes
  FROM entity_types t`;

/** Statements that make the search rows anew, which backups leave out; none where a database has no records. */
export async function searchStatements(database: OpenDatabase): Promise<string[]> {
  const [[found] = []] = await database.query(HAS_SEARCH);
  if (found?.n !== 1) return [];
  const [types = []] = await database.query(TYPES);
  return types.flatMap((type) => {
    const attributes = JSON.parse(String(type.attributes)) as [number: number, valueType: string][];
    const searched = attributes
      .filter(([, valueType]) => attributeKind(valueType)?.foldedText !== undefined)
      .map(([number]) => number);
    return rebuildSearchOfType(String(type.tenant_id), Number(type.number), searched).map(withParams);
  });
}
