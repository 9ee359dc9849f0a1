import type { Json } from "../domain/attribute-kinds/kind.ts";
import type { Job, JobError, JobStatus } from "../domain/jobs/job.ts";
import { type Read, type Row, readMany, readOne, type Write } from "./database.ts";
import type { Step } from "./delivery-claims.ts";
import { abortWhen } from "./guard.ts";

export interface NewJob {
  readonly id: string;
  readonly kind: string;
  readonly entityTypeId: string | null;
  readonly attributeId: string | null;
  readonly input: Json;
  /** In how many rounds the records of the entity types are gone through. */
  readonly rounds?: number;
  /** The entity types whose records are gone through; the job's own unless given. */
  readonly entityTypeIds?: readonly string[];
  readonly createdBy: string | null;
  readonly createdAt: string;
}

const COLUMNS = `id, kind, status, entity_type_id, attribute_id, input, place, done, total, errors, created_by,
  created_at, finished_at, attempts`;

function toJob(row: Row): Job {
  return {
    id: row.id as string,
    kind: row.kind as string,
    status: row.status as JobStatus,
    entityTypeId: row.entity_type_id as string | null,
    attributeId: row.attribute_id as string | null,
    input: JSON.parse(row.input as string) as Json,
    place: row.place === null ? null : (JSON.parse(row.place as string) as Json),
    done: row.done as number,
    total: row.total as number,
    errors: JSON.parse(row.errors as string) as JobError[],
    createdBy: row.created_by as string | null,
    createdAt: row.created_at as string,
    finishedAt: row.finished_at as string | null,
    attempts: row.attempts as number,
  };
}

/** Each statement that works on a job is fenced by the random lease of its claim, as those of deliveries are. */
export function jobStore(tenantId: string) {
  return {
    find(id: string): Read<Job | undefined> {
      const sql = `SELECT ${COLUMNS} FROM jobs WHERE tenant_id = ? AND id = ?`;
      return readOne({ sql, params: [tenantId, id] }, toJob);
    },

    /** Newest first; only those older than `after`, if given. */
    list(after: string | undefined, limit: number): Read<Job[]> {
      const sql = `SELECT ${COLUMNS} FROM jobs WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3`;
      return readMany({ sql, params: [tenantId, after ?? "~", limit] }, toJob);
    },

    /**
     * Due at once. Comes before whatever deletes its entity types: their records are counted here, those in the
     * trash included.
     */
    insert(job: NewJob): Write {
      const { entityTypeIds = job.entityTypeId === null ? [] : [job.entityTypeId], rounds = 1 } = job;
      return {
        sql: `INSERT INTO jobs (tenant_id, id, kind, status, entity_type_id, attribute_id, input, done, total,
            errors, created_by, created_at, due_at, attempts)
          VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, 0,
            (SELECT CAST(?7 AS INTEGER) * coalesce(sum(t.last_record_number), 0) FROM entity_types t
              WHERE t.tenant_id = ?1 AND t.id IN (SELECT value FROM json_each(?8))),
            '[]', ?9, ?10, ?10, 0)`,
        params: [
          tenantId,
          job.id,
          job.kind,
          job.entityTypeId,
          job.attributeId,
          JSON.stringify(job.input),
          rounds,
          JSON.stringify(entityTypeIds),
          job.createdBy,
          job.createdAt,
        ],
      };
    },

    /** Takes a job for as long as the lease holds; of many callers one gets it. */
    claim(id: string, lease: string, now: string, until: string): Step<Job | undefined> {
      return {
        writes: [
          {
            sql: `UPDATE jobs SET status = 'running', lease = ?3, lease_until = ?5, attempts = attempts + 1
              WHERE tenant_id = ?1 AND id = ?2 AND due_at <= ?4 AND (lease_until IS NULL OR lease_until <= ?4)
                AND EXISTS (SELECT 1 FROM tenants t WHERE t.tenant_id = ?1 AND t.state = 'active')`,
            params: [tenantId, id, lease, now, until],
          },
        ],
        outcome: held(id, lease),
      };
    },

    /** The job, if the lease is still the one that holds it. */
    held,

    /** First of a step's batch: aborts it unless the lease still holds and the job is where the step began. */
    requireHeld(id: string, lease: string, now: string, place: Json): Write {
      return abortWhen(
        tenantId,
        `NOT EXISTS (SELECT 1 FROM jobs WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND lease_until > ?4
          AND place IS ?5)`,
        id,
        lease,
        now,
        place === null ? null : JSON.stringify(place),
      );
    },

    /** The step's progress, which also makes the lease last longer. */
    advance(
      id: string,
      step: { readonly place: Json; readonly done: number; readonly errors: readonly JobError[] },
      until: string,
    ): Write {
      return {
        sql: `UPDATE jobs SET place = ?3, done = done + CAST(?4 AS INTEGER), errors = ?5, attempts = 0, lease_until = ?6
          WHERE tenant_id = ?1 AND id = ?2`,
        params: [tenantId, id, JSON.stringify(step.place), step.done, JSON.stringify(step.errors), until],
      };
    },

    finish(
      id: string,
      end: {
        readonly status: "done" | "failed";
        readonly done: number;
        readonly errors: readonly JobError[];
        readonly at: string;
      },
    ): Write {
      return {
        sql: `UPDATE jobs SET status = ?3, done = done + CAST(?4 AS INTEGER), errors = ?5, finished_at = ?6,
            total = CASE ?3 WHEN 'done' THEN done + CAST(?4 AS INTEGER) ELSE total END,
            due_at = NULL, lease = NULL, lease_until = NULL
          WHERE tenant_id = ?1 AND id = ?2`,
        params: [tenantId, id, end.status, end.done, JSON.stringify(end.errors), end.at],
      };
    },

    /** Gives a claim back: the job goes on at `dueAt`. */
    release(id: string, lease: string, dueAt: string): Write {
      return {
        sql: `UPDATE jobs SET lease = NULL, lease_until = NULL, due_at = ?4
          WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3`,
        params: [tenantId, id, lease, dueAt],
      };
    },

    /** Ends the jobs of an entity type that is deleted in the same batch, save those that only take things away. */
    cancelOfType(entityTypeId: string, exceptId: string, errors: readonly JobError[], at: string): Write {
      return {
        sql: `UPDATE jobs SET status = 'failed', errors = ?4, finished_at = ?5, due_at = NULL, lease = NULL,
            lease_until = NULL
          WHERE tenant_id = ?1 AND due_at IS NOT NULL AND entity_type_id = ?2 AND id <> ?3
            AND kind <> 'forget_attribute'`,
        params: [tenantId, entityTypeId, exceptId, JSON.stringify(errors), at],
      };
    },

    /**
     * Ends a job of an attribute's that is not finished: whoever works on it finds its lease gone. A job on the
     * options of a list, which other attributes may have, goes on.
     */
    cancel(id: string, attributeId: string, errors: readonly JobError[], at: string): Write {
      return {
        sql: `UPDATE jobs SET status = 'failed', errors = ?3, finished_at = ?4, due_at = NULL, lease = NULL,
            lease_until = NULL
          WHERE tenant_id = ?1 AND id = ?2 AND attribute_id = ?5 AND due_at IS NOT NULL`,
        params: [tenantId, id, JSON.stringify(errors), at, attributeId],
      };
    },
  };

  function held(id: string, lease: string): Read<Job | undefined> {
    const sql = `SELECT ${COLUMNS} FROM jobs WHERE tenant_id = ? AND id = ? AND lease = ?`;
    return readOne({ sql, params: [tenantId, id, lease] }, toJob);
  }
}
