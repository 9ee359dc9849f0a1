import type { Issue } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import { searchWords } from "../../lib/search-text.ts";
import { isStorableText } from "../../lib/unicode.ts";
import { isSearched } from "../attribute-kinds/registry.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import { type EntityType, findAttribute } from "../entity-types/entity-type.ts";
import type { RecordSearch, ValuePlace } from "./checked-query.ts";
import { findQueryField, unusableField } from "./query-field.ts";

const LONGEST = 200;
const MOST_WORDS = 10;
const PHONE_LIKE = /^[+\d\s().\-–]+$/;
const FEWEST_DIGITS = 3;

/** What is searched for, as clients send it. */
export interface SearchInput {
  readonly q?: unknown;
  /** A list of attribute names, or a comma list. */
  readonly search_fields?: unknown;
}

/** Undefined where nothing is searched for. What is wrong is added to the issues. */
export function parseSearch(
  { q, search_fields: fields }: SearchInput,
  entityType: EntityType,
  issues: Issue[],
): RecordSearch | undefined {
  const places = parseFields(fields, entityType, issues);
  if (q === undefined || q === null) return undefined;
  if (typeof q !== "string") {
    issues.push({ path: "q", code: "wrong_type", params: { expected: "string", value: sampleOf(q) } });
    return undefined;
  }
  const length = [...q].length;
  if (length > LONGEST) issues.push({ path: "q", code: "too_long", params: { length, max: LONGEST } });
  if (!isStorableText(q)) issues.push({ path: "q", code: "not_storable_text" });
  const words = searchWords(foldText(q));
  if (words.length > MOST_WORDS) {
    issues.push({ path: "q", code: "too_many_items", params: { max: MOST_WORDS } });
  }
  const digits = PHONE_LIKE.test(q) ? q.replace(/\D/g, "") : "";
  return words.length === 0
    ? undefined
    : { words, digits: digits.length >= FEWEST_DIGITS ? digits : undefined, places };
}

function parseFields(
  raw: unknown,
  entityType: EntityType,
  issues: Issue[],
): readonly ValuePlace[] | undefined {
  if (raw === undefined || raw === null || raw === "") return undefined;
  const names = typeof raw === "string" ? raw.split(",").map((name) => name.trim()) : raw;
  if (!Array.isArray(names)) {
    const params = { expected: "array", value: sampleOf(raw) };
    issues.push({ path: "search_fields", code: "wrong_type", params });
    return undefined;
  }
  const searched = entityType.attributes.filter(isSearched).map(({ name }) => name);
  return names.slice(0, searched.length + 1).flatMap((name: unknown, i) => {
    const attribute = typeof name === "string" ? findAttribute(entityType, name) : undefined;
    const field = attribute && isSearched(attribute) ? findQueryField(entityType, attribute.name) : undefined;
    if (!field) {
      issues.push(unusableField(entityType, name, `search_fields[${i}]`, searched.join(", ")));
    }
    return field && field.place.in !== "links" ? [field.place] : [];
  });
}
