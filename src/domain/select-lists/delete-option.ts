import { AppError, invalidInput } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { SelectListRow } from "../../storage/select-lists.ts";
import type { SelectOption } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { writeVerb } from "../write-verb.ts";
import { managedList, requireOption } from "./reach-list.ts";
import { wireOption } from "./wire-select-list.ts";

export interface OptionDeletion {
  readonly listId: string;
  readonly id: string;
  /** Id or text of the option that takes its place where it is in use. */
  readonly replaceWith?: string;
  /** Where it is in use, the values become blank. */
  readonly force?: boolean;
}

/** How many records with the option are counted for whoever may not delete it. */
const MOST_COUNTED = 10_000;

/**
 * Deletes an option. Where it is in use, the input must say what becomes of the values; a job changes them, whose
 * first steps are done at once, and no write takes the option from then on. Records in the trash change with the others.
 * @returns the job.
 * @throws AppError `forbidden`, `not_found`, `option_in_use`, `invalid_input`, `invalid_state` (a job is on the list).
 */
export async function deleteOption(ctx: TenantContext, input: OptionDeletion): Promise<{ job_id: string }> {
  const result = await remove(ctx, input);
  await beginJob(ctx, result.job_id);
  return result;
}

const remove = writeVerb(
  "delete_option",
  async (ctx, { listId, id, replaceWith, force = false }: OptionDeletion): Promise<{ job_id: string }> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.selectLists.find(listId),
      storage.selectLists.users(listId),
      storage.selectLists.optionUse(listId, id),
      storage.selectLists.countUse(listId, id, MOST_COUNTED),
    );
    const [found, users, usedBy, count] = loaded;
    const list = managedList(access, found);
    const option = requireOption(list, id);
    const mayChange = replaceWith !== undefined || force;
    if (usedBy && !mayChange) throw new AppError("option_in_use", { params: { what: usedBy, count } });
    const replacement = replaceWith === undefined ? null : pickReplacement(list, option, replaceWith);
    if (users.some(({ jobId }) => jobId !== null)) {
      throw new AppError("invalid_state", { params: { reason: "job_running" } });
    }

    const entityTypeIds = [...new Set(users.map(({ entityTypeId }) => entityTypeId))];
    const job = {
      id: ctx.newId(),
      kind: "replace_option",
      entityTypeId: null,
      attributeId: null,
      entityTypeIds,
      input: {
        list_id: list.id,
        option: { id: option.id, number: option.number, value: option.value },
        replacement: replacement?.number ?? null,
        entity_types: entityTypeIds,
      },
      createdBy: access.member.id,
      createdAt: timestamp(ctx.clock),
    };
    return commit(ctx, access, {
      writes: [
        // What nobody asked to change must not be in use by now.
        ...(mayChange ? [] : [storage.selectLists.requireUnused(list.id, option.id)]),
        ...storage.selectLists.retireOption(list, option, replacement?.number ?? null, users),
        storage.attributes.engageAll(list.id, job.id),
        storage.jobs.insert(job),
        storage.selectLists.raiseSchemaVersions(list.id),
      ],
      audit: {
        action: "select_list.delete_option",
        id: list.id,
        label: list.name,
        before: wireOption(option),
        ...(replacement && { after: { replaced_by: replacement.value } }),
      },
      result: { job_id: job.id },
    });
  },
);

/** @throws AppError `invalid_input`. */
function pickReplacement({ options }: SelectListRow, option: SelectOption, idOrValue: string): SelectOption {
  const folded = foldText(idOrValue.trim());
  const picked = options.find(({ id, value }) => id === idOrValue || foldText(value) === folded);
  if (picked && picked.id !== option.id) return picked;
  const others = options.filter(({ id }) => id !== option.id).slice(0, 10);
  throw invalidInput({
    path: "replace_with",
    code: "unknown_option",
    params: {
      value: sampleOf(idOrValue),
      allowed: others.map(({ value }) => sampleOf(value)).join(", "),
    },
  });
}
