import { type Issue, invalidInput } from "../../errors.ts";
import { isId } from "../../lib/ids.ts";
import type { Access, Scope } from "../access/access.ts";
import { accessIn, attributeAccess } from "../access/attribute-access.ts";
import { type CreationContext, resolveDefault } from "../attribute-kinds/default-token.ts";
import { type Attribute, InvalidValue, type Json } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import type { TenantContext } from "../context.ts";
import { convertSuccessors } from "../conversion/convert-successors.ts";
import {
  type EntityType,
  findAttribute,
  RESERVED_ATTRIBUTE_NAMES,
  valueKey,
} from "../entity-types/entity-type.ts";
import { withStoredResults } from "../formulas/calculate.ts";
import { type LinkContext, type ParsedLinks, parseLinks } from "./parse-links.ts";
import type { LinkTarget, MemberNames, StoredRecord, StoredValues } from "./stored-record.ts";

/** A record's values as a client sends them, by attribute name. */
export type RecordInput = Readonly<Record<string, unknown>>;

export interface ValueContext extends LinkContext {
  readonly defaultCountry: string;
  /** What a new record's defaults may depend on. */
  readonly creation: CreationContext;
  /** The members that the input points at and that exist. */
  readonly members: MemberNames;
  /** The only one who can be named as a record's owner; anybody when undefined. */
  readonly ownerId: string | undefined;
}

export interface ParsedValues {
  readonly data: StoredValues;
  /** Undefined where the input does not name an owner. */
  readonly ownerId: string | null | undefined;
  /** Of the relations that the input names. */
  readonly links: readonly ParsedLinks[];
}

/**
 * What values are read with.
 * @param scope that of the right by which they are written: whoever may write only own records gives none away.
 */
export function valueContext(
  ctx: TenantContext,
  access: Access,
  members: MemberNames,
  targets: ReadonlyMap<string, LinkTarget>,
  scope: Scope,
): ValueContext {
  const { defaultCountry, timeZone } = access.tenant;
  const memberId = access.member.id;
  return {
    defaultCountry,
    members,
    access,
    targets,
    creation: { memberId, timeZone, now: ctx.clock.now() },
    ownerId: scope === "own" ? memberId : undefined,
  };
}

/** What the Python server's clients send along and we have no use for. */
const IGNORED_FIELDS: ReadonlySet<string> = new Set(["_source"]);

/** Ids in the input that may be members', so that they can be looked up in the verb's first trip. */
export function memberCandidates(input: RecordInput): string[] {
  return Object.values(input).flatMap((value) => {
    const id = typeof value === "object" && value !== null && "id" in value ? value.id : value;
    return typeof id === "string" && isId(id) ? [id] : [];
  });
}

/**
 * Lays a client's values over those a record has (none for a new one).
 * A new record gets defaults for what the input does not name; results of formulas are made anew.
 * @param path where the values stand on the wire; empty for the body itself.
 * @throws AppError `invalid_input` with an issue for each value that does not fit.
 */
export function parseValues(
  entityType: EntityType,
  before: Pick<StoredRecord, "data" | "links"> | undefined,
  input: RecordInput,
  context: ValueContext,
  path = "",
): ParsedValues {
  const issues: Issue[] = [];
  const data: Record<string, Json> = { ...(before?.data ?? defaults(entityType, context.creation)) };
  const links: ParsedLinks[] = [];
  const accessTo = accessIn(context.access, entityType);
  let ownerId: string | null | undefined;
  for (const [name, raw] of Object.entries(input)) {
    const at = path === "" ? name : `${path}.${name}`;
    if (IGNORED_FIELDS.has(name) || (name === "id" && before === undefined)) continue;
    const found = findAttribute(entityType, name);
    const attribute = found && accessTo(found) !== "hidden" ? found : undefined;
    if (name === "owner_id") {
      if (raw !== null && !(typeof raw === "string" && context.members.has(raw))) {
        issues.push({ path: at, code: "unknown_member" });
      } else if (context.ownerId !== undefined && raw !== context.ownerId) {
        issues.push({ path: at, code: "only_own_records" });
      } else ownerId = raw;
    } else if (RESERVED_ATTRIBUTE_NAMES.has(name)) issues.push({ path: at, code: "read_only" });
    else if (!attribute) issues.push({ path: at, code: "unknown_field" });
    else if (attribute.link) {
      const current = before?.links?.get(attribute.number) ?? [];
      const parsed = parseLinks(attribute, attribute.link, raw, current, context, at, issues);
      if (parsed) links.push(parsed);
    } else setValue(data, attribute, raw, at, context, issues);
  }
  for (const attribute of entityType.attributes) {
    const named = before === undefined || attribute.name in input;
    const at = path === "" ? attribute.name : `${path}.${attribute.name}`;
    const isBlank = attribute.link
      ? !links.some((parsed) => parsed.attribute === attribute && parsed.wanted.length > 0)
      : data[valueKey(attribute)] === undefined;
    const mayWrite = accessTo(attribute) === "write";
    const missing = attribute.required && mayWrite && named && isBlank;
    if (missing && !issues.some((issue) => issue.path === at)) issues.push({ path: at, code: "required" });
  }
  if (issues.length > 0) throw invalidInput(...issues);
  convertSuccessors(entityType, before?.data, data, context);
  return { data: withStoredResults(entityType.attributes, data, context.creation), ownerId, links };
}

function defaults(entityType: EntityType, creation: CreationContext): Record<string, Json> {
  return Object.fromEntries(
    entityType.attributes
      .filter((attribute) => attribute.default !== null)
      .map((attribute) => [valueKey(attribute), resolveDefault(attribute, creation)]),
  );
}

function setValue(
  data: Record<string, Json>,
  attribute: Attribute,
  raw: unknown,
  path: string,
  context: ValueContext,
  issues: Issue[],
): void {
  try {
    const kind = kindOf(attribute);
    const value = kind.parse(raw, attribute, context);
    // What is computed on read was so at another time, which is no mistake of the client's.
    if (kind.computed === "on_read") return;
    if (kind.isAssigned || kind.computed || attributeAccess(context.access, attribute) === "read") {
      // Clients may send back what they have read.
      if (value !== (data[valueKey(attribute)] ?? null)) issues.push({ path, code: "read_only" });
    } else if (value === null) delete data[valueKey(attribute)];
    else if (attribute.valueType === "user" && !context.members.has(String(value))) {
      issues.push({ path, code: "unknown_member" });
    } else data[valueKey(attribute)] = value;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    issues.push(error.at(path));
  }
}
