import { timestamp } from "../../lib/clock.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { CANCELLED } from "../jobs/job.ts";
import { numbersOf } from "../records/derive.ts";
import { writeVerb } from "../write-verb.ts";
import { managedType } from "./reach-type.ts";
import { typeFacts } from "./type-facts.ts";
import { wireEntityType } from "./wire-entity-type.ts";

/**
 * Deletes an entity type with its attributes and aliases, the relations that lead to it, and what roles grant on it,
 * for good. A later type of the same name is another one. Its records, which nobody can reach from then on, are deleted by a job, whose first steps
 * are done at once.
 * @throws AppError `not_found`, `forbidden`.
 */
export async function deleteEntityType(
  ctx: TenantContext,
  input: { readonly id: string },
): Promise<{ job_id: string }> {
  const result = await remove(ctx, input);
  await beginJob(ctx, result.job_id);
  return result;
}

const remove = writeVerb(
  "delete_entity_type",
  async (ctx, { id }: { readonly id: string }): Promise<{ job_id: string }> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.entityTypes.find(id));
    const entityType = managedType(access, loaded[0]);
    const now = timestamp(ctx.clock);
    const job = {
      id: ctx.newId(),
      kind: "delete_records",
      entityTypeId: entityType.id,
      attributeId: null,
      input: {
        type: entityType.number,
        attributes: entityType.attributes.flatMap(numbersOf),
      },
      createdBy: access.member.id,
      createdAt: now,
    };
    return commit(ctx, access, {
      entityType,
      writes: [
        // First, while the records can still be counted.
        storage.jobs.insert(job),
        storage.jobs.cancelOfType(entityType.id, job.id, [CANCELLED], now),
        ...storage.recordLinks.deleteLeadingTo(entityType.id),
        ...storage.entityTypes.delete(entityType),
        storage.aliases.deleteTable(entityType.name),
        storage.roles.dropSubject(entityType.id),
        storage.tenants.raiseRightsVersion(),
      ],
      audit: {
        action: "entity_type.delete",
        id: entityType.id,
        label: entityType.name,
        before: typeFacts(wireEntityType(access, entityType, undefined)),
      },
      result: { job_id: job.id },
    });
  },
);
