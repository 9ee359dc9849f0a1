import { notFound } from "../../errors.ts";
import type { Access } from "../access/access.ts";
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
 * for a record that is not there, is of another type, or is in the trash when it should not be.
 */
export function requireRecord(
  access: Access,
  foundType: EntityType | undefined,
  record: StoredRecord | undefined,
  action: RecordAction,
  { inTrash = false } = {},
): { entityType: EntityType; record: StoredRecord } {
  const entityType = requireEntityType(foundType);
  authorize(access, entityType.id, action);
  const there = record?.type === entityType.number && (record.deletedAt !== null) === inTrash;
  if (!record || !there) throw notFound("record");
  return { entityType, record };
}
