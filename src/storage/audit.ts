import { lowestIdAt } from "../lib/ids.ts";
import { type Read, type Row, readMany, type SqlValue, type Write } from "./database.ts";

interface AuditFields {
  readonly id: string;
  readonly actor: "member" | "superuser";
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly subjectLabel: string | null;
  /** JSON. */
  readonly before: string | null;
  readonly after: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  /** The time that is in the id. */
  readonly createdAt: string;
}

export interface AuditRow extends AuditFields {
  readonly apiKeyId: string | null;
}

export interface NewAuditRow extends AuditFields {
  /** Hash of the key that the change was made with; the log keeps the key's id. */
  readonly apiKeyHash: string | null;
}

export interface AuditFilter {
  readonly action?: string;
  readonly actorId?: string;
  readonly kind?: string;
  readonly subjectId?: string;
  readonly from?: Date;
  /** Until just before. */
  readonly to?: Date;
}

const COLUMNS = `id, actor, actor_id, actor_name, api_key_id, action, subject_kind, subject_id, subject_label,
  "before", "after", address, request_id, created_at`;

/** From the filter that leaves the fewest entries to the one that leaves the most. */
const NARROWING = [
  { field: "subjectId", column: "subject_id", index: "audit_log_by_subject" },
  { field: "actorId", column: "actor_id", index: "audit_log_by_actor" },
  { field: "action", column: "action", index: "audit_log_by_action" },
  { field: "kind", column: "subject_kind", index: "audit_log_by_kind" },
] as const;

function toEntry(row: Row): AuditRow {
  return {
    id: row.id as string,
    actor: row.actor as AuditRow["actor"],
    actorId: row.actor_id as string,
    actorName: row.actor_name as string,
    apiKeyId: row.api_key_id as string | null,
    action: row.action as string,
    subjectKind: row.subject_kind as string,
    subjectId: row.subject_id as string,
    subjectLabel: row.subject_label as string | null,
    before: row.before as string | null,
    after: row.after as string | null,
    address: row.address as string | null,
    requestId: row.request_id as string | null,
    createdAt: row.created_at as string,
  };
}

/** The log can be added to and read; there is nothing else to do with it. */
export function auditStore(tenantId: string) {
  return {
    insert(entry: NewAuditRow): Write {
      return {
        sql: `INSERT INTO audit_log (tenant_id, ${COLUMNS})
          VALUES (?1, ?2, ?3, ?4, ?5, (SELECT k.id FROM api_keys k WHERE k.tenant_id = ?1 AND k.key_hash = ?6),
            ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)`,
        params: [
          tenantId,
          entry.id,
          entry.actor,
          entry.actorId,
          entry.actorName,
          entry.apiKeyHash,
          entry.action,
          entry.subjectKind,
          entry.subjectId,
          entry.subjectLabel,
          entry.before,
          entry.after,
          entry.address,
          entry.requestId,
          entry.createdAt,
        ],
      };
    },

    /**
     * What an invited member does with themselves. Comes before the write that makes them active: a saga that is
     * repeated finds nobody invited.
     */
    insertByInvited(entry: Omit<AuditFields, "actor" | "actorId" | "actorName" | "subjectLabel">): Write {
      const { id, action, subjectKind, subjectId, address, requestId, createdAt } = entry;
      return {
        sql: `INSERT INTO audit_log (tenant_id, id, actor, actor_id, actor_name, action, subject_kind, subject_id,
            subject_label, address, request_id, created_at)
          SELECT ?1, ?2, 'member', m.id, coalesce(m.full_name, m.email), ?3, ?4, m.id,
            coalesce(m.full_name, m.email), ?6, ?7, ?8
          FROM members m WHERE m.tenant_id = ?1 AND m.id = ?5 AND m.status = 'invited'`,
        params: [tenantId, id, action, subjectKind, subjectId, address, requestId, createdAt],
      };
    },

    /** Newest first; only those older than `after`, if given. The narrowest filter finds them in their order. */
    list(filter: AuditFilter, after: string | undefined, limit: number): Read<AuditRow[]> {
      const params: SqlValue[] = [tenantId];
      const bind = (value: SqlValue) => `?${params.push(value)}`;
      const given = NARROWING.flatMap(({ field, column, index }) => {
        const value = filter[field];
        return value === undefined ? [] : [{ condition: `${column} = ${bind(value)}`, index }];
      });
      const [narrowest] = given;
      const conditions = [
        "tenant_id = ?1",
        ...given.map(({ condition }) => condition),
        ...(after === undefined ? [] : [`id < ${bind(after)}`]),
        ...(filter.from ? [`id >= ${bind(lowestIdAt(filter.from))}`] : []),
        ...(filter.to ? [`id < ${bind(lowestIdAt(filter.to))}`] : []),
      ];
      const sql = `SELECT ${COLUMNS} FROM audit_log ${narrowest ? `INDEXED BY ${narrowest.index}` : ""}
        WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ${bind(limit)}`;
      return readMany({ sql, params }, toEntry);
    },
  };
}
