import { notFound } from "../../errors.ts";
import type { Access, Scope } from "../access/access.ts";
import { authorize } from "../access/authorize.ts";
import type { RecordAction } from "../access/catalogue.ts";
import { type EntityType, requireEntityType } from "../entity-types/entity-type.ts";
import type { StoredRecord } from "./stored-record.ts";

/** Which record, in which entity type; both as the wire names them. */
export interface RecordAddress {
  readonly entity: string;
  readonly id: string;
}

/**
 * The order of answers that the wire promises: 404 for the entity type, 403 without any such right, then 404
 * for a record that is not there, is of another type, is in the trash when it should not be, or is out of scope.
 */
export function requireRecord(
  access: Access,
  foundType: EntityType | undefined,
  record: StoredRecord | undefined,
  action: RecordAction,
  { inTrash = false } = {},
): { entityType: EntityType; record: StoredRecord; scope: Scope } {
  const entityType = requireEntityType(foundType);
  const scope = authorize(access, entityType.id, action);
  const there = record?.type === entityType.number && (record.deletedAt !== null) === inTrash;
  if (!record || !there || !isInScope(access, scope, record)) throw notFound("record");
  return { entityType, record, scope };
}

/** Whether the record is one of those that a right of this scope is about. */
export function isInScope(
  access: { readonly member: { readonly id: string } },
  scope: Scope,
  { ownerId }: Pick<StoredRecord, "ownerId">,
): boolean {
  return scope === "all" || ownerId === access.member.id;
}
