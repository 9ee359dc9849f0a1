import type { Issue } from "../../errors.ts";
import type { Job, JobStatus } from "./job.ts";

/** A job as the API shows it; the errors get their texts where the language is known. */
export type WireJob = {
  id: string;
  kind: string;
  status: JobStatus;
  entity_type_id: string | null;
  attribute_id: string | null;
  done: number;
  total: number;
  errors: Issue[];
  created_at: string;
  finished_at: string | null;
};

export function wireJob(job: Job): WireJob {
  return {
    id: job.id,
    kind: job.kind,
    status: job.status,
    entity_type_id: job.entityTypeId,
    attribute_id: job.attributeId,
    done: job.done,
    total: job.total,
    errors: [...job.errors],
    created_at: job.createdAt,
    finished_at: job.finishedAt,
  };
}
