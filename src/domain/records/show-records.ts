import type { Access } from "../access/access.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import { type EntityType, valueKey } from "../entity-types/entity-type.ts";
import type { MemberNames, StoredRecord } from "./stored-record.ts";
import { type WireRecord, wireRecord } from "./wire-record.ts";

/**
 * Records as the API shows them, with the names of the members that they point at: from what this isolate knows,
 * else in one more trip.
 * @param fields which attributes to show; all when not given.
 */
export async function showRecords(
  ctx: TenantContext,
  access: Access,
  entityType: EntityType,
  records: readonly StoredRecord[],
  fields?: ReadonlySet<string>,
): Promise<WireRecord[]> {
  const names = await nameMembers(ctx, access, membersIn(entityType, records, fields));
  return records.map((record) => wireRecord(entityType, record, names, fields));
}

/** One record, as `showRecords` shows it. */
export async function showRecord(
  ctx: TenantContext,
  access: Access,
  entityType: EntityType,
  record: StoredRecord,
): Promise<WireRecord> {
  const names = await nameMembers(ctx, access, membersIn(entityType, [record]));
  return wireRecord(entityType, record, names);
}

async function nameMembers(
  { storage }: TenantContext,
  { rightsVersion }: Access,
  ids: readonly string[],
): Promise<MemberNames> {
  const known = storage.members.knownNames(rightsVersion) ?? new Map<string, string | null>();
  const unknown = [...new Set(ids)].filter((id) => !known.has(id));
  if (unknown.length === 0) return known;
  const [names] = await storage.read([storage.members.namesOf(unknown, rightsVersion)]);
  return names;
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
