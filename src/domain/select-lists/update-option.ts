import { foldText } from "../../lib/fold-text.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { movedOptions, type OptionInput, placeOption, readOption, refuseTwin } from "./option-input.ts";
import { managedList, requireOption } from "./reach-list.ts";
import { type WireOption, wireOption } from "./wire-select-list.ts";

/**
 * Renames, colours or moves an option: what the input names. No record is touched, for they store its number.
 * @throws AppError `forbidden`, `not_found`, `invalid_input`, `name_taken`.
 */
export const updateOption = writeVerb(
  "update_option",
  async (
    ctx,
    { listId, id, ...input }: OptionInput & { readonly listId: string; readonly id: string },
  ): Promise<WireOption> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.selectLists.find(listId));
    const list = managedList(access, loaded[0]);
    const before = requireOption(list, id);
    const { value = before.value, color = before.color } = readOption(input);
    refuseTwin(list.options, value, id);

    const changed = { ...before, value, color };
    const options =
      input.position === undefined ? list.options : placeOption(list.options, changed, input.position);
    const position = options.find((option) => option.id === id)?.position ?? before.position;
    const option = { ...changed, position };
    return commit(ctx, access, {
      writes: [
        ...storage.selectLists.updateOption(list, { ...option, valueFolded: foldText(value) }),
        ...storage.selectLists.moveOptions(list.id, movedOptions(list.options, options)),
        storage.selectLists.raiseSchemaVersions(list.id),
      ],
      result: wireOption(option),
      taken: { select_options: "name_taken" },
    });
  },
);
