import type { Access } from "../access/access.ts";
import { grantedScope } from "../access/authorize.ts";
import type { RecordAction } from "../access/catalogue.ts";
import { isInScope } from "./load-record.ts";
import type { WireRecord } from "./wire-record.ts";

/** A record together with what the caller may do with it, for clients that show no button that would be refused. */
export function withCan(access: Access, entityTypeId: string, record: WireRecord): WireRecord {
  const may = (action: RecordAction) => {
    const scope = grantedScope(access, entityTypeId, action);
    return scope !== undefined && isInScope(access, scope, { ownerId: record.owner_id });
  };
  return { ...record, can: { edit: may("edit"), delete: may("delete") } };
}
