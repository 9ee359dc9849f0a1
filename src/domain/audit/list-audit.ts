import type { AuditRow } from "../../storage/audit.ts";
import { authorize } from "../access/authorize.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import { openCursor, sealCursor } from "../cursors.ts";
import { enter } from "../enter.ts";
import { AUDIT_KINDS } from "./actions.ts";

interface AuditQuery {
  readonly limit: number;
  readonly cursor?: string;
  readonly action?: string;
  readonly userId?: string;
  /** The id of what was changed, or its kind: `role`. */
  readonly subject?: string;
  /** From this moment on, and until just before that one. */
  readonly from?: Date;
  readonly to?: Date;
}

/** An entry of the audit log as the API shows it. */
export interface WireAuditEntry {
  id: string;
  action: string;
  actor: { type: "member" | "superuser"; id: string; name: string };
  api_key_id: string | null;
  subject: { type: string; id: string; name: string | null };
  before: Json;
  after: Json;
  address: string | null;
  request_id: string | null;
  created_at: string;
}

export interface AuditList {
  data: WireAuditEntry[];
  total: null;
  next_cursor: string | null;
}

/** A page of the tenant's audit log, newest first. @throws AppError `forbidden`, `invalid_cursor`. */
export async function listAudit(
  ctx: TenantContext,
  { limit, cursor, action, userId, subject, from, to }: AuditQuery,
): Promise<AuditList> {
  const binding = ["audit", action ?? null, userId ?? null, subject ?? null, time(from), time(to)];
  const after = cursor === undefined ? undefined : ((await openCursor(ctx, binding, cursor)) as string);
  const isKind = subject !== undefined && AUDIT_KINDS.has(subject);
  const filter = { action, actorId: userId, [isKind ? "kind" : "subjectId"]: subject, from, to };
  const { access, loaded } = await enter(ctx, ctx.storage.audit.list(filter, after, limit + 1));
  authorize(access, "audit", "view");
  const [found] = loaded;
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1)?.id : undefined;
  return {
    data: page.map(wireAuditEntry),
    total: null,
    next_cursor: last === undefined ? null : await sealCursor(ctx, binding, last),
  };
}

function time(date: Date | undefined): string | null {
  return date?.toISOString() ?? null;
}

function wireAuditEntry(row: AuditRow): WireAuditEntry {
  return {
    id: row.id,
    action: row.action,
    actor: { type: row.actor, id: row.actorId, name: row.actorName },
    api_key_id: row.apiKeyId,
    subject: { type: row.subjectKind, id: row.subjectId, name: row.subjectLabel },
    before: row.before === null ? null : (JSON.parse(row.before) as Json),
    after: row.after === null ? null : (JSON.parse(row.after) as Json),
    address: row.address,
    request_id: row.requestId,
    created_at: row.createdAt,
  };
}
