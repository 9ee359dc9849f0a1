import { timeOfId } from "../../lib/ids.ts";
import type { NewAuditRow } from "../../storage/audit.ts";
import type { Access } from "../access/access.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import { type AuditAction, kindOfAction } from "./actions.ts";

/** A thing as the log shows it; never with a secret, never with a record's values. */
export type Facts = Readonly<Record<string, Json | undefined>>;

/** What a verb says of itself to the audit log. */
export interface AuditNote {
  readonly action: AuditAction;
  /** What was changed, and what it is called. */
  readonly id: string;
  readonly label: string | null;
  /** Of what is new there is no `before`, of what is gone no `after`; of a change only what differs is kept. */
  readonly before?: Facts;
  readonly after?: Facts;
}

/** Fields that are about the moment or about whoever asks, not about the thing. */
const PASSING: ReadonlySet<string> = new Set([
  "access",
  "job_id",
  "last_used_at",
  "record_count",
  "updated_at",
]);

/** The log's entry of a change that the caller makes. */
export function auditRow(
  { newId, identity, origin }: TenantContext,
  { member }: Access,
  note: AuditNote,
): NewAuditRow {
  return {
    ...auditedChange(newId(), note),
    actor: "member",
    actorId: member.id,
    actorName: member.fullName ?? member.email,
    apiKeyHash: identity && "keyHash" in identity ? identity.keyHash : null,
    address: origin?.address ?? null,
    requestId: origin?.requestId ?? null,
  };
}

/** What of an entry is known without whoever made the change. */
export function auditedChange(id: string, { action, id: subjectId, label, before, after }: AuditNote) {
  const isKept = (name: string) =>
    !PASSING.has(name) && (!before || !after || name === "id" || !isSame(before[name], after[name]));
  const kept = (facts: Facts | undefined) =>
    facts ? JSON.stringify(Object.fromEntries(Object.entries(facts).filter(([name]) => isKept(name)))) : null;
  return {
    id,
    createdAt: timeOfId(id),
    action,
    subjectKind: kindOfAction(action),
    subjectId,
    subjectLabel: label,
    before: kept(before),
    after: kept(after),
  };
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
