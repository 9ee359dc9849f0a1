import { getJob } from "../../domain/jobs/get-job.ts";
import { listJobs } from "../../domain/jobs/list-jobs.ts";
import { jobKindNames } from "../../domain/jobs/registry.ts";
import type { WireJob } from "../../domain/jobs/wire-job.ts";
import { describeIssues } from "../../domain/problems/describe.ts";
import { type Locale, memberEndpoint } from "../endpoint.ts";
import { issueSchema } from "../openapi.ts";
import * as z from "../zod.ts";
import { idParam, idSchema, listSchema, pageQuery, timestampSchema } from "./schemas.ts";

const tag = "Jobs";
const permission = "meta:view` or `meta:manage";

export const jobSchema = z
  .strictObject({
    id: idSchema,
    kind: z.enum(jobKindNames).openapi({
      description:
        "`build_index` makes an attribute indexed or unique, `number_records` gives the numbers of an autonumber, " +
        "`title_records` titles records anew, `delete_records` deletes those of a deleted table, `forget_attribute` " +
        "what a deleted attribute leaves, `replace_option` takes a deleted option out of the records, " +
        "`convert_values` converts an attribute to another kind, `compute_formulas` calculates formulas anew.",
    }),
    status: z.enum(["queued", "running", "done", "failed"]),
    entity_type_id: idSchema.nullable(),
    attribute_id: idSchema.nullable(),
    done: z.int().openapi({ description: "Records gone through so far." }),
    total: z.int().openapi({ description: "Records there were when it began, those in the trash included." }),
    errors: z.array(issueSchema).openapi({
      description:
        "Why it failed; a failed job has left things as they were. Of a conversion that is done: what became blank.",
    }),
    created_at: timestampSchema,
    finished_at: timestampSchema.nullable(),
  })
  .openapi("Job");

export function showJob(job: WireJob, locale: Locale): z.output<typeof jobSchema> {
  return { ...job, errors: describeIssues(job.errors, locale) };
}

const list = memberEndpoint({
  method: "get",
  path: "/api/jobs",
  operationId: "listJobs",
  tag,
  permission,
  summary: "List jobs",
  description: "Work on many records that changes of tables began, newest first.",
  query: z.strictObject(pageQuery),
  answers: { 200: { description: "A page of jobs.", schema: listSchema("JobList", jobSchema) } },
  errors: ["invalid_cursor"],
  async handle({ ctx, query, locale }) {
    const page = await listJobs(ctx, query);
    return { status: 200, body: { ...page, data: page.data.map((job) => showJob(job, locale)) } };
  },
});

const get = memberEndpoint({
  method: "get",
  path: "/api/jobs/{id}",
  operationId: "getJob",
  tag,
  permission,
  summary: "Get a job",
  description:
    "How far the work has got. Whoever began it may see it, too. Tables are read and written as ever while a job runs.",
  params: idParam,
  answers: { 200: { description: "The job.", schema: jobSchema } },
  async handle({ ctx, params, locale }) {
    return { status: 200, body: showJob(await getJob(ctx, params), locale) };
  },
});

export const jobEndpoints = [list, get];
