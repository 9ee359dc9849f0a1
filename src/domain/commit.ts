import { AppError, CommitRefused, type ErrorCode } from "../errors.ts";
import { timestamp } from "../lib/clock.ts";
import type { Read, Write } from "../storage/database.ts";
import type { Access } from "./access/access.ts";
import type { Json } from "./attribute-kinds/kind.ts";
import { type AuditNote, auditRow } from "./audit/audit-row.ts";
import { callerOf } from "./caller.ts";
import type { TenantContext } from "./context.ts";

export interface Change<Result> {
  /** The entity type that the change was decided on; the commit is refused if it has changed since. */
  readonly entityType?: { readonly id: string; readonly schemaVersion: number };
  /** The records that the change was decided on. */
  readonly records?: readonly { readonly id: string; readonly version: number }[];
  readonly writes: readonly Write[];
  /** What the audit log is to say of it, where it is about rights, people, schema or settings. */
  readonly audit?: AuditNote;
  /** What the verb returns; kept under the Idempotency-Key, in the same batch as the effect. */
  readonly result: Result;
  /** What the database decides in the batch itself; read after the writes and laid over the result. */
  readonly decided?: Read<Readonly<Record<string, Json>>>;
  /** What it means when a unique key of one of these tables is taken, instead of deciding anew. */
  readonly taken?: Readonly<Record<string, ErrorCode>>;
}

/**
 * The last step of every write verb: one atomic batch that happens only if rights, schema and records are
 * still those that the decision was made on.
 * @throws CommitRefused otherwise, for `writeVerb` to decide what follows; AppError as `taken` says.
 */
export async function commit<Result>(
  ctx: TenantContext,
  access: Access,
  { entityType, records, writes, audit, result, decided, taken }: Change<Result>,
): Promise<Result> {
  const { storage, idempotencyKey, requestHash } = ctx;
  const remember =
    idempotencyKey === undefined || requestHash === undefined
      ? []
      : [
          storage.idempotencyKeys.insert({
            memberId: callerOf(ctx),
            key: idempotencyKey,
            requestHash,
            result: (result ?? null) as Json,
            createdAt: timestamp(ctx.clock),
          }),
        ];
  const guard = storage.guard({ rightsVersion: access.rightsVersion, entityType, records });
  const log = audit ? [storage.audit.insert(auditRow(ctx, access, audit))] : [];
  try {
    const after =
      decided && idempotencyKey !== undefined && remember.length > 0
        ? [storage.idempotencyKeys.complete(callerOf(ctx), idempotencyKey, decided)]
        : [];
    const batch = [guard, ...remember, ...writes, ...log, ...after];
    if (decided) {
      const [values] = await storage.commit(batch, [decided]);
      return { ...result, ...values };
    }
    await storage.commit(batch);
  } catch (error) {
    const code = error instanceof CommitRefused && error.table ? taken?.[error.table] : undefined;
    throw code ? new AppError(code) : error;
  }
  return result;
}
