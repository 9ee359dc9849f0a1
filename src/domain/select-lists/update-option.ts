import { foldText } from "../../lib/fold-text.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { movedOptions, type OptionInput, placeOption, readOption, refuseTwin } from "./option-input.ts";
import { managedList, requireOption } from "./reach-list.ts";
import { recomputeUsers } from "./recompute-users.ts";
import { type WireOption, wireOption } from "./wire-select-list.ts";

/**
 * Renames, colours or moves an option: what the input names. Records store its number, so only formulas that use its
 * text are calculated anew.
 * @throws AppError `forbidden`, `not_found`, `invalid_input`, `name_taken`.
 */
export const updateOption = writeVerb(
  "update_option",
  async (
    ctx,
    { listId, id, ...input }: OptionInput & { readonly listId: string; readonly id: string },
  ): Promise<WireOption> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.selectLists.find(listId),
      storage.selectLists.users(listId),
    );
    const [found, users] = loaded;
    const list = managedList(access, found);
    const before = requireOption(list, id);
    const { value = before.value, color = before.color } = readOption(input);
    refuseTwin(list.options, value, id);

    const changed = { ...before, value, color };
    const options =
      input.position === undefined ? list.options : placeOption(list.options, changed, input.position);
    const position = options.find((option) => option.id === id)?.position ?? before.position;
    const option = { ...changed, position };
    const isRenamed = value !== before.value;
    const renewed = isRenamed
      ? await recomputeUsers(
          ctx,
          access,
          listId,
          users,
          options.map((one) => (one.id === id ? option : one)),
        )
      : { writes: [], jobIds: [] };
    const result = await commit(ctx, access, {
      writes: [
        ...renewed.writes,
        ...storage.selectLists.updateOption(list, { ...option, valueFolded: foldText(value) }),
        ...storage.selectLists.moveOptions(list.id, movedOptions(list.options, options)),
        storage.selectLists.raiseSchemaVersions(list.id),
      ],
      audit: {
        action: "select_list.update_option",
        id: list.id,
        label: list.name,
        before: wireOption(before),
        after: wireOption(option),
      },
      result: wireOption(option),
      taken: { select_options: "name_taken" },
    });
    for (const jobId of renewed.jobIds) ctx.gateways.nudgeJob(jobId);
    return result;
  },
);
