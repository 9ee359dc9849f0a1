import { AppError, notFound } from "../../errors.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { requireEntityType } from "../entity-types/entity-type.ts";
import { isInScope, requireRecord } from "../records/load-record.ts";
import type { Scope } from "./access.ts";
import { type AttributeAccess, attributeAccess, seenBy } from "./attribute-access.ts";
import { authorizeMember, grantedScope } from "./authorize.ts";
import type { RecordAction } from "./catalogue.ts";

interface AccessQuestion {
  readonly userId: string;
  /** Name or id of the entity type. */
  readonly entity: string;
  readonly recordId: string | undefined;
  readonly action: RecordAction;
}

export const ACCESS_REASONS = [
  "not_active",
  "no_role",
  "founder",
  "not_granted",
  "granted",
  "own_records_only",
  "own_record",
  "not_the_owner",
] as const;
type AccessReason = (typeof ACCESS_REASONS)[number];

export type AccessExplanation = {
  allowed: boolean;
  /** The first that decides. */
  reason: AccessReason;
  /** Of the widest right; null without any. */
  scope: Scope | null;
  user: { id: string; full_name: string | null };
  /** All roles of the member, with the scope in which each gives the right; null where it does not. */
  roles: { id: string; name: string; scope: Scope | null }[];
  /** The attributes that the member may not change, or not see. */
  attributes: { name: string; access: Exclude<AttributeAccess, "write"> }[];
};

const ALLOWING: readonly AccessReason[] = ["founder", "granted", "own_records_only", "own_record"];

/**
 * Why a member may or may not do something with a table or one of its records. Everybody may ask about themselves;
 * about others, those who manage roles or users. The record has to be one that the asker may see.
 * @throws AppError `not_found`, `forbidden`.
 */
export async function explainAccess(
  ctx: TenantContext,
  { userId, entity, recordId, action }: AccessQuestion,
): Promise<AccessExplanation> {
  const { storage } = ctx;
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.find(entity),
    storage.members.find(userId),
    storage.roles.list(),
    recordId === undefined ? storage.nothing : storage.records.find(recordId),
  );
  const [foundType, member, allRoles, foundRecord] = loaded;
  const entityType = requireEntityType(foundType);
  const manages = ["roles", "users"].some((subject) => grantedScope(access, subject, "manage"));
  if (userId !== access.member.id && !manages)
    throw new AppError("forbidden", { params: { action: "explain" } });
  authorizeMember(access);
  if (!member) throw notFound("member");
  const record =
    recordId === undefined ? undefined : requireRecord(access, entityType, foundRecord, "view").record;

  const roles = allRoles.filter(({ id }) => member.roles.some((held) => held.id === id));
  const held = {
    member: { id: member.id },
    roles,
    isFounder: roles.some((role) => role.isFounder),
    grants: roles.flatMap((role) => role.grants),
  };
  const scope = grantedScope(held, entityType.id, action);
  const isOwner = record && isInScope(held, "own", record);
  const reason = member.status === "active" ? reasonFor(held, scope, isOwner) : "not_active";
  return {
    allowed: ALLOWING.includes(reason),
    reason,
    scope: scope ?? null,
    user: { id: member.id, full_name: member.fullName },
    roles: roles.map((role) => ({
      id: role.id,
      name: role.name,
      scope: grantedScope(role, entityType.id, action) ?? null,
    })),
    attributes: seenBy(access, entityType).attributes.flatMap((attribute) => {
      const left = attributeAccess(held, attribute);
      return left === "write" ? [] : [{ name: attribute.name, access: left }];
    }),
  };
}

/** @param isOwner undefined where no record was asked about. */
function reasonFor(
  { isFounder, roles }: { readonly isFounder: boolean; readonly roles: readonly unknown[] },
  scope: Scope | undefined,
  isOwner: boolean | undefined,
): AccessReason {
  if (roles.length === 0) return "no_role";
  if (isFounder) return "founder";
  if (scope === undefined) return "not_granted";
  if (scope === "all") return "granted";
  if (isOwner === undefined) return "own_records_only";
  return isOwner ? "own_record" : "not_the_owner";
}
