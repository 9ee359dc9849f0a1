import type { Attribute, AttributeLink, IndexKey } from "../domain/attribute-kinds/kind.ts";
import type { EntityType } from "../domain/entity-types/entity-type.ts";
import type { LinkRows } from "../domain/records/link-rows.ts";
import type { LinkTarget, StoredLink, StoredLinks, StoredRecord } from "../domain/records/stored-record.ts";
import type { BoundJson } from "./bound-json.ts";
import { type Read, type Row, readMany, type Write } from "./database.ts";
import { jsonChunks } from "./json-chunks.ts";
import type { Linked } from "./record-plan.ts";
import { toRecord } from "./record-rows.ts";

/** One more than is shown tells that there are more. */
const MOST_READ = 101;

/** The attributes of these that are relations, each with where its links are. */
function linksIn(attributes: readonly Attribute[]) {
  return attributes.flatMap(({ number, link, entityTypeId }) =>
    link ? [{ number, link, isWithinType: link.otherTypeId === entityTypeId }] : [],
  );
}

/** SQL for the columns of the links table: which holds the record's own number, and which the other side's. */
export function linkColumns({ isFront }: AttributeLink): { own: string; other: string } {
  return isFront ? { own: "source", other: "target" } : { own: "target", other: "source" };
}

/** SQL for the numbers of the records at the other side that have these ids. */
export function linkedNumbersSql(
  { otherType }: AttributeLink,
  ids: readonly IndexKey[],
  bind: BoundJson,
): string {
  return `(SELECT o.number FROM json_each(${bind.json(ids)}) w CROSS JOIN records o
    ON o.tenant_id = ?1 AND o.id = w.value AND o.type = ${otherType} AND o.deleted_at IS NULL)`;
}

/** SELECT of the numbers of what is linked to certain records. */
export function linkedSql({ link, ids }: Linked, bind: BoundJson): string {
  const { own, other } = linkColumns(link);
  return `SELECT ${ids.length > 1 ? "DISTINCT" : ""} l.${own} AS number
    FROM record_links l ${link.isFront ? "INDEXED BY record_links_by_target" : ""}
    WHERE l.tenant_id = ?1 AND l.attribute = ${link.attribute}
      AND l.${other} IN ${linkedNumbersSql(link, ids, bind)}`;
}

/**
 * SQL, to follow other columns, for the links of the record `r` with the titles of what they lead to, those of the
 * highest record numbers first; nothing where none of the attributes is a relation. Records in the trash are linked to
 * nothing. `?1` is the tenant.
 */
export function linksSql(attributes: readonly Attribute[]): string {
  const lists = linksIn(attributes).map(({ link, isWithinType }) => {
    const { own, other } = linkColumns(link);
    // A record that is about to come back may be linked to itself.
    const isThere = `(o.deleted_at IS NULL ${isWithinType ? "OR o.number = r.number" : ""})`;
    return `json((SELECT json_group_array(json_array(x.number, x.id, x.title, x.owner_id)) FROM (
      SELECT o.number, o.id, o.title, o.owner_id FROM record_links l CROSS JOIN records o
        ON o.tenant_id = ?1 AND o.type = ${link.otherType} AND o.number = l.${other} AND ${isThere}
      WHERE l.tenant_id = ?1 AND l.attribute = ${link.attribute} AND l.${own} = r.number
      ORDER BY l.${other} DESC LIMIT ${MOST_READ}) x))`;
  });
  return lists.length === 0 ? "" : `, json_array(${lists.join(", ")}) AS links`;
}

/** Reads the column that `linksSql` adds for these attributes. */
export function linksDecoder(attributes: readonly Attribute[]): (row: Row) => StoredLinks {
  const relations = linksIn(attributes);
  return (row) => {
    const lists = JSON.parse(row.links as string) as [number, string, string | null, string | null][][];
    return new Map(
      relations.map(({ number }, i) => [number, (lists[i] ?? []).map((tuple) => toLink(...tuple))]),
    );
  };
}

/** A record whose row has the column that `linksSql` adds for these attributes, if it adds one. */
export function toLinkedRecord(attributes: readonly Attribute[]): (row: Row) => StoredRecord {
  const linksOf = linksDecoder(attributes);
  return (row) => (row.links === undefined ? toRecord(row) : { ...toRecord(row), links: linksOf(row) });
}

function toLink(number: number, id: string, title: string | null, ownerId: string | null): StoredLink {
  return { number, id, title, ownerId };
}

export function recordLinkStore(tenantId: string) {
  return {
    /** Those of the ids that are records outside the trash, of whatever type. */
    targets(ids: readonly string[]): Read<Map<string, LinkTarget>> {
      const sql = `SELECT r.type, r.number, r.id, r.title, r.owner_id FROM json_each(?2) wanted
        CROSS JOIN records r ON r.tenant_id = ?1 AND r.id = wanted.value AND r.deleted_at IS NULL`;
      const all = readMany({ sql, params: [tenantId, JSON.stringify(ids)] }, (row) => {
        const id = row.id as string;
        const link = toLink(
          row.number as number,
          id,
          row.title as string | null,
          row.owner_id as string | null,
        );
        return [id, { ...link, type: row.type as number }] as const;
      });
      return { ...all, decode: (rows) => new Map(all.decode(rows)) };
    },

    /**
     * Takes links away and adds others. Numbers below zero are those of records that the batch has just inserted, the
     * last of them being -1.
     */
    write({ id }: EntityType, { cleared, removed, added }: LinkRows): Write[] {
      const real = (value: string) => `iif(${value} < 0, t.last_record_number + 1 + (${value}), ${value})`;
      return [
        ...jsonChunks(cleared).map((chunk) => ({
          sql: `DELETE FROM record_links WHERE tenant_id = ?1 AND (attribute, source) IN
            (SELECT v.value ->> 0, v.value ->> 1 FROM json_each(?2) v)`,
          params: [tenantId, chunk],
        })),
        ...jsonChunks(removed).map((chunk) => ({
          sql: `DELETE FROM record_links WHERE tenant_id = ?1 AND (attribute, source, target) IN
            (SELECT v.value ->> 0, v.value ->> 1, v.value ->> 2 FROM json_each(?2) v)`,
          params: [tenantId, chunk],
        })),
        ...jsonChunks(added).map((chunk) => ({
          sql: `INSERT OR IGNORE INTO record_links (tenant_id, attribute, source, target)
            SELECT ?1, v.value ->> 0, ${real("v.value ->> 1")}, ${real("v.value ->> 2")}
            FROM json_each(?3) v JOIN entity_types t ON t.tenant_id = ?1 AND t.id = ?2`,
          params: [tenantId, id, chunk],
        })),
      ];
    },

    /** Both sides of the relations that lead to an entity type, with their links. The type itself may go, too. */
    deleteLeadingTo(entityTypeId: string): Write[] {
      const condition = "a.settings ->> 'target_entity_type_id' = ?2";
      return [
        {
          sql: `DELETE FROM record_links WHERE tenant_id = ?1 AND attribute IN (
            SELECT a.number FROM attributes a
            WHERE a.tenant_id = ?1 AND a.value_type = 'relation' AND ${condition})`,
          params: [tenantId, entityTypeId],
        },
        ...deleteSides(condition, entityTypeId),
      ];
    },

    /** The other side of a relation, if it has one; the links are the relation's own to delete. */
    deleteOtherSide: (attributeId: string): Write[] =>
      deleteSides("a.settings ->> 'inverse_attribute_id' = ?2", attributeId),
  };

  /** Attributes `a` with their aliases; their types' schemas change. */
  function deleteSides(condition: string, param: string): Write[] {
    const from = `FROM attributes a WHERE a.tenant_id = ?1 AND a.value_type = 'relation' AND ${condition}`;
    const write = (sql: string): Write => ({ sql, params: [tenantId, param] });
    return [
      write(`DELETE FROM aliases WHERE tenant_id = ?1 AND (table_name, attribute_name) IN (
        SELECT t.name, a.name FROM attributes a
        JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
        WHERE a.tenant_id = ?1 AND a.value_type = 'relation' AND ${condition})`),
      write(`UPDATE entity_types SET schema_version = schema_version + 1
        WHERE tenant_id = ?1 AND id IN (SELECT a.entity_type_id ${from})`),
      write(
        `DELETE FROM attributes AS a WHERE a.tenant_id = ?1 AND a.value_type = 'relation' AND ${condition}`,
      ),
    ];
  }
}
