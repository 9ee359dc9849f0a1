import type { Issue } from "../../errors.ts";
import { isId } from "../../lib/ids.ts";
import type { Access } from "../access/access.ts";
import { attributeAccess } from "../access/attribute-access.ts";
import { grantedScope } from "../access/authorize.ts";
import { type Attribute, type AttributeLink, InvalidValue } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import { MOST_LINKS } from "../attribute-kinds/relation.ts";
import type { LinkTarget, StoredLink } from "./stored-record.ts";

/** What one relation of a record is to be linked to from now on. */
export interface ParsedLinks {
  readonly attribute: Attribute;
  readonly link: AttributeLink;
  /** The highest record number first, as links are shown. */
  readonly wanted: readonly StoredLink[];
  readonly added: readonly StoredLink[];
  readonly removed: readonly StoredLink[];
}

export interface LinkContext {
  readonly access: Access;
  /** The records that the input points at and that exist, by id. */
  readonly targets: ReadonlyMap<string, LinkTarget>;
}

/** Ids in the input that may be records', so that they can be looked up in the verb's first trip. */
export function linkCandidates(input: Readonly<Record<string, unknown>>): string[] {
  return Object.values(input)
    .flat()
    .flatMap((value: unknown) => {
      const id = typeof value === "object" && value !== null && "id" in value ? value.id : value;
      const text = typeof id === "string" ? id.trim().toLowerCase() : "";
      return isId(text) ? [text] : [];
    });
}

export function changesLinks({ added, removed }: ParsedLinks): boolean {
  return added.length + removed.length > 0;
}

/**
 * Reads what a relation is to be linked to. Records that it is linked to already may be named by anyone; others have
 * to be there, of the right type, and for the caller to see. Changing the other side's relation by this one takes the
 * right to edit the records there.
 * @param current the links that the record has; none for a new one.
 */
export function parseLinks(
  attribute: Attribute,
  link: AttributeLink,
  raw: unknown,
  current: readonly StoredLink[],
  { access, targets }: LinkContext,
  path: string,
  issues: Issue[],
): ParsedLinks | undefined {
  const before = issues.length;
  if (current.length > MOST_LINKS) {
    issues.push({ path, code: "too_many_links", params: { max: MOST_LINKS } });
    return undefined;
  }
  const sees = (target: LinkTarget) =>
    target.type === link.otherType && isWithin(access, link, "view", target);
  const wanted = readIds(attribute, raw, path, issues).flatMap(({ id, at }): StoredLink[] => {
    const known = current.find((linked) => linked.id === id);
    const target = targets.get(id);
    if (known) return [known];
    if (target && sees(target)) return [target];
    issues.push({ path: at, code: "unknown_record" });
    return [];
  });
  const added = wanted.filter((target) => !current.includes(target));
  const removed = current.filter((target) => !wanted.includes(target));
  const changed = [...added, ...removed];
  if (changed.length > 0 && attributeAccess(access, attribute) !== "write") {
    issues.push({ path, code: "read_only" });
  } else if (!link.isFront && changed.some((source) => !mayChange(access, attribute, link, source))) {
    issues.push({ path, code: "not_allowed" });
  }
  if (issues.length > before) return undefined;
  return { attribute, link, wanted: wanted.toSorted((a, b) => b.number - a.number), added, removed };
}

/** Whether the caller may change the front side's attribute of a record. */
function mayChange(access: Access, back: Attribute, link: AttributeLink, source: StoredLink): boolean {
  const front = { id: String(back.settings.inverse_attribute_id), entityTypeId: link.otherTypeId };
  return isWithin(access, link, "edit", source) && attributeAccess(access, front) === "write";
}

/** Whether the caller may do that to the record at the other side. */
export function isWithin(
  access: Access,
  { otherTypeId }: AttributeLink,
  action: "view" | "edit",
  { ownerId }: StoredLink,
): boolean {
  const scope = grantedScope(access, otherTypeId, action);
  return scope === "all" || (scope === "own" && ownerId === access.member.id);
}

/** Each id once, with where it stands on the wire. */
function readIds(
  attribute: Attribute,
  raw: unknown,
  path: string,
  issues: Issue[],
): { id: string; at: string }[] {
  try {
    const parsed = kindOf(attribute).parse(raw, attribute, { defaultCountry: "" });
    const ids = (Array.isArray(parsed) ? parsed : parsed === null ? [] : [parsed]) as readonly string[];
    const given: readonly unknown[] = Array.isArray(raw) ? raw : [];
    return ids.map((id) => {
      const index = given.findIndex((item) => linkCandidates({ item })[0] === id);
      return { id, at: index < 0 ? path : `${path}[${index}]` };
    });
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    issues.push(error.at(path));
    return [];
  }
}
