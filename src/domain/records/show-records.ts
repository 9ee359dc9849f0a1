import type { Access } from "../access/access.ts";
import { accessIn, seenBy } from "../access/attribute-access.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import { type EntityType, otherTypeOf, valueKey } from "../entity-types/entity-type.ts";
import { withResultsOnRead } from "../formulas/calculate.ts";
import { isWithin } from "./parse-links.ts";
import type { MemberNames, StoredLink, StoredRecord } from "./stored-record.ts";
import { when } from "./when.ts";
import { type WireRecord, wireRecord } from "./wire-record.ts";

/**
 * Records as the API shows them to the caller, with the names of the members that they point at: from what this
 * isolate knows, else in one more trip.
 * @param fields which attributes to show; all when not given.
 */
export async function showRecords(
  ctx: TenantContext,
  access: Access,
  entityType: EntityType,
  records: readonly StoredRecord[],
  fields?: ReadonlySet<string>,
): Promise<WireRecord[]> {
  const seen = seenBy(access, entityType);
  const names = await nameMembers(ctx, access, membersIn(seen, records, fields));
  const whole = withResults(ctx, access, entityType);
  const shown = visible(access, seen);
  return records.map((record) => wireRecord(seen, shown(whole(record)), names, fields));
}

/** One record, as `showRecords` shows it. @param names those that the verb has loaded already. */
export async function showRecord(
  ctx: TenantContext,
  access: Access,
  entityType: EntityType,
  record: StoredRecord,
  names: MemberNames = new Map(),
): Promise<WireRecord> {
  const seen = seenBy(access, entityType);
  const wanted = membersIn(seen, [record]).filter((id) => !names.has(id));
  const others = await nameMembers(ctx, access, wanted);
  const whole = withResults(ctx, access, entityType);
  return wireRecord(seen, visible(access, seen)(whole(record)), new Map([...names, ...others]));
}

/**
 * Links lead to records that the caller may not see, too, or not what titles them; of those only the ids are shown.
 */
function visible(access: Access, entityType: EntityType): (record: StoredRecord) => StoredRecord {
  const relations = entityType.attributes.flatMap(({ number, link }) =>
    link ? [{ number, link, isTitled: seesTitles(access, otherTypeOf(entityType, link)) }] : [],
  );
  return (record) => {
    if (!record.links) return record;
    const links = new Map(record.links);
    for (const { number, link, isTitled } of relations) {
      const sees = (target: StoredLink) => isTitled && isWithin(access, link, "view", target);
      const found = links.get(number)?.map((target) => (sees(target) ? target : { ...target, title: null }));
      if (found) links.set(number, found);
    }
    return { ...record, links };
  };
}

function seesTitles(access: Access, entityType: EntityType | undefined): boolean {
  if (!entityType) return false;
  const titling = entityType.attributes.find(({ id }) => id === entityType.displayAttributeId);
  return !titling || accessIn(access, entityType)(titling) !== "hidden";
}

/** Adds what formulas give that are computed on read, be it from attributes that the caller does not see. */
function withResults(
  ctx: TenantContext,
  access: Access,
  { attributes }: EntityType,
): (record: StoredRecord) => StoredRecord {
  const moment = when(ctx, access);
  return (record) => ({ ...record, data: withResultsOnRead(attributes, record.data, moment) });
}

async function nameMembers(
  { storage }: TenantContext,
  { rightsVersion, member }: Access,
  ids: readonly string[],
): Promise<MemberNames> {
  const known = storage.members.knownNames(rightsVersion);
  const nameOf = (id: string) => (id === member.id ? member.fullName : known?.get(id));
  const wanted = [...new Set(ids)];
  const unknown = wanted.filter((id) => nameOf(id) === undefined);
  const [read] =
    unknown.length === 0 ? [] : await storage.read([storage.members.namesOf(unknown, rightsVersion)]);
  return new Map(wanted.map((id) => [id, nameOf(id) ?? read?.get(id) ?? null]));
}

function membersIn(
  entityType: EntityType,
  records: readonly StoredRecord[],
  fields?: ReadonlySet<string>,
): string[] {
  const pointing = entityType.attributes.filter(
    ({ name, valueType }) => valueType === "user" && (fields?.has(name) ?? true),
  );
  return records.flatMap(({ data }) =>
    pointing
      .map((attribute): Json | undefined => data[valueKey(attribute)])
      .filter((id) => typeof id === "string"),
  );
}
