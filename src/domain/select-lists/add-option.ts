import { invalidInput } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import { MOST_OPTIONS } from "../attribute-kinds/select-settings.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { atMost } from "../entity-types/limits.ts";
import { writeVerb } from "../write-verb.ts";
import { movedOptions, type OptionInput, placeOption, readOption, refuseTwin } from "./option-input.ts";
import { managedList } from "./reach-list.ts";
import { type WireOption, wireOption } from "./wire-select-list.ts";

/**
 * Adds an option to a list, at its end unless the input names a position.
 * @throws AppError `forbidden`, `not_found`, `invalid_input`, `name_taken`, `too_many`.
 */
export const addOption = writeVerb(
  "add_option",
  async (ctx, { listId, ...input }: OptionInput & { readonly listId: string }): Promise<WireOption> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.selectLists.find(listId));
    const list = managedList(access, loaded[0]);
    const { value, color = null } = readOption(input);
    if (value === undefined) throw invalidInput({ path: "value", code: "required" });
    refuseTwin(list.options, value);
    atMost(MOST_OPTIONS, list.options.length + 1, "options");

    const added = { id: ctx.newId(), number: list.lastOptionNumber + 1, value, color, position: 0 };
    const options = placeOption(list.options, added, input.position ?? list.options.length + 1);
    const option = options.find(({ id }) => id === added.id) ?? added;
    return commit(ctx, access, {
      writes: [
        ...storage.selectLists.addOption(list, { ...option, valueFolded: foldText(value) }),
        ...storage.selectLists.moveOptions(list.id, movedOptions(list.options, options)),
        storage.selectLists.raiseSchemaVersions(list.id),
      ],
      audit: {
        action: "select_list.add_option",
        id: list.id,
        label: list.name,
        after: wireOption(option),
      },
      result: wireOption(option),
      taken: { select_options: "name_taken" },
    });
  },
);
