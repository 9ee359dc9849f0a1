import type { Attribute, AttributeLink, IndexKey } from "../domain/attribute-kinds/kind.ts";
import type {
  FieldPlace,
  FilterNode,
  Hop,
  Leaf,
  RecordSearch,
  Test,
  ValuePlace,
} from "../domain/record-query/checked-query.ts";
import type { BoundJson } from "./bound-json.ts";
import { linkColumns, linkedNumbersSql } from "./record-links.ts";
import { brokenSql } from "./record-search.ts";

/** Blanks stand in the index under the lowest finite number; in the table they are null. */
export const BLANK_KEY = "-1.7976931348623157e308";

/** Code points of a text that its index key keeps. */
const KEY_LENGTH = 200;

/** SQL (0 or 1, never null) for whether the record that stands in the query as `r` passes the filter. */
export function filterSql(node: FilterNode, bind: BoundJson, r = "r"): string {
  switch (node.type) {
    case "leaf":
      return leafSql(node, bind, r);
    case "hop":
      return hopSql(node, bind, r);
    case "not":
      return `NOT ${filterSql(node.node, bind, r)}`;
    default:
      return joined(
        node.nodes.map((child) => filterSql(child, bind, r)),
        node.type,
        bind,
      );
  }
}

/** SQL for what orders records by the field as its index rows would. */
export function sortSql(place: ValuePlace): string {
  if (place.in === "column") {
    const isNullable = place.column === "owner_id" || place.column === "created_by";
    return isNullable ? `coalesce(r.${place.column}, ${BLANK_KEY})` : `r.${place.column}`;
  }
  const value = comparedSql(place);
  return `coalesce(${place.comparesFolded ? `substr(${value}, 1, ${KEY_LENGTH})` : value}, ${BLANK_KEY})`;
}

/** SQL for the value of an attribute of the record `r` in stored form; null when blank. */
export function valueSql({ number }: Attribute, r = "r"): string {
  return `(${r}.data ->> '$.a${number}')`;
}

/** SQL for whether every word, or the digits instead, stands in one of the fields. */
export function searchPlacesSql(
  { words, digits }: RecordSearch,
  places: readonly ValuePlace[],
  bind: BoundJson,
): string {
  const texts = places.map((place) => foldedSql(place, "r"));
  const somewhere = (test: (text: string) => string) => joined(texts.map(test), "or", bind);
  const inPlaces = words.map(({ text, isShort }) => {
    const word = bind.value(isShort ? ` ${text}` : text);
    return isShort
      ? somewhere(
          (field) =>
            `(instr(' ' || ${field}, ${word}) > 0 OR instr(' ' || ${brokenSql(field)}, ${word}) > 0)`,
        )
      : somewhere((field) => `instr(${field}, ${word}) > 0`);
  });
  const all = joined(inPlaces, "and", bind);
  if (digits === undefined) return `((${all}) IS TRUE)`;
  const number = bind.value(digits);
  return `((${all} OR ${somewhere((field) => `instr(${field}, ${number}) > 0`)}) IS TRUE)`;
}

/**
 * Links to the trash are none. Where the record may as well be linked to nothing, no link may lead to what does not
 * pass.
 */
function hopSql({ link, node, orNone, ownerId }: Hop, bind: BoundJson, r: string): string {
  const { own, other } = linkColumns(link);
  const passes = filterSql(node, bind, "h");
  const owned = ownerId === undefined ? "" : `AND h.owner_id = ${bind.value(ownerId)}`;
  return `${orNone ? "NOT EXISTS" : "EXISTS"} (SELECT 1 FROM record_links k CROSS JOIN records h
    ON h.tenant_id = ?1 AND h.type = ${link.otherType} AND h.number = k.${other} AND h.deleted_at IS NULL ${owned}
    WHERE k.tenant_id = ?1 AND k.attribute = ${link.attribute} AND k.${own} = ${r}.number
      AND ${orNone ? `NOT ${passes}` : passes})`;
}

function leafSql({ place, test, negated }: Leaf, bind: BoundJson, r: string): string {
  return `((${testSql(place, test, bind, r)}) IS ${negated ? "NOT TRUE" : "TRUE"})`;
}

function testSql(place: FieldPlace, test: Test, bind: BoundJson, r: string): string {
  if (place.in === "links") return linkTestSql(place.link, test, bind, r);
  if (test.type === "has_text") return textSql(foldedSql(place, r), test.at, bind.value(test.text));
  if (test.type === "has_items") return itemsSql(place, test, bind, r);
  const value = comparedSql(place, r);
  if (test.type === "in_range") {
    const { low, high } = test;
    return [
      low && `${value} ${low.inclusive ? ">=" : ">"} ${bind.value(low.value.exact)}`,
      high && `${value} ${high.inclusive ? "<=" : "<"} ${bind.value(high.value.exact)}`,
    ]
      .filter((bound) => bound !== undefined)
      .join(" AND ");
  }
  const blank = test.orBlank ? [`${value} IS NULL`] : [];
  const wanted = test.values.map(({ exact }) => exact);
  const equal = wanted.length > 0 ? [`${value} ${equalsSql(wanted, bind)}`] : [];
  return [...equal, ...blank].join(" OR ") || never(bind);
}

/** The items of a stored list are all different, so as many of them as are wanted are all that are wanted. */
function itemsSql(
  place: ValuePlace,
  { all, items }: Extract<Test, { type: "has_items" }>,
  bind: BoundJson,
  r: string,
): string {
  if (place.in === "column") throw new Error("no system field is a list");
  const found = `FROM json_each(${r}.data, '$.a${place.attribute.number}') e WHERE e.value IN ${bind.list(items)}`;
  return all ? `(SELECT count(*) ${found}) = ${bind.value(items.length)}` : `EXISTS (SELECT 1 ${found})`;
}

/** SQL for whether the record `r` is linked like that; links to the trash are none. */
function linkTestSql(link: AttributeLink, test: Test, bind: BoundJson, r: string): string {
  const { own, other } = linkColumns(link);
  const links = `l.tenant_id = ?1 AND l.attribute = ${link.attribute} AND l.${own} = ${r}.number`;
  const linkedTo = (ids: readonly IndexKey[]) =>
    `FROM record_links l WHERE ${links} AND l.${other} IN ${linkedNumbersSql(link, ids, bind)}`;
  switch (test.type) {
    case "has_items":
      return test.all
        ? `(SELECT count(*) ${linkedTo(test.items)}) = ${bind.value(test.items.length)}`
        : `EXISTS (SELECT 1 ${linkedTo(test.items)})`;
    case "is_one_of": {
      const ids = test.values.map(({ exact }) => exact);
      const terms = ids.length > 0 ? [`EXISTS (SELECT 1 ${linkedTo(ids)})`] : [];
      if (test.orBlank) {
        terms.push(`NOT EXISTS (SELECT 1 FROM record_links l CROSS JOIN records o
          ON o.tenant_id = ?1 AND o.type = ${link.otherType} AND o.number = l.${other} AND o.deleted_at IS NULL
          WHERE ${links})`);
      }
      return terms.join(" OR ") || never(bind);
    }
    default:
      throw new Error("links are in no order and have no text");
  }
}

/** SQL that compares what stands before it with one or several values. */
export function equalsSql(wanted: readonly (string | number)[], bind: BoundJson): string {
  const [only] = wanted;
  return only !== undefined && wanted.length === 1 ? `= ${bind.value(only)}` : `IN ${bind.list(wanted)}`;
}

function textSql(value: string, at: "anywhere" | "start" | "end", text: string): string {
  switch (at) {
    case "anywhere":
      return `instr(${value}, ${text}) > 0`;
    case "start":
      return `substr(${value}, 1, length(${text})) = ${text}`;
    case "end":
      return `substr(${value}, -length(${text})) = ${text}`;
  }
}

/** SQL for what equality and order compare; null when blank. */
export function comparedSql(place: ValuePlace, r = "r"): string {
  if (place.in === "values" && !place.comparesFolded) return valueSql(place.attribute, r);
  return foldedSql(place, r);
}

/** A folded copy is kept only where it differs from the value. */
function foldedSql(place: ValuePlace, r: string): string {
  if (place.in === "column") return `${r}.${place.column}`;
  return `coalesce(${r}.folded ->> '$.a${place.attribute.number}', ${valueSql(place.attribute, r)})`;
}

/** A balanced tree: SQLite takes expressions of a depth of 100 at most. */
function joined(terms: readonly string[], type: "and" | "or", bind: BoundJson): string {
  const [only] = terms;
  if (only === undefined) return type === "and" ? `NOT ${never(bind)}` : never(bind);
  if (terms.length === 1) return only;
  const half = Math.ceil(terms.length / 2);
  const [left, right] = [terms.slice(0, half), terms.slice(half)].map((part) => joined(part, type, bind));
  return `(${left} ${type.toUpperCase()} ${right})`;
}

/**
 * False. Not a constant: where SQLite can see that no row will do, it drops the index that INDEXED BY insists on, and
 * then refuses the statement.
 */
function never(bind: BoundJson): string {
  return bind.value(0);
}
