import { AppError } from "../../errors.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { managedList, requireOption } from "./reach-list.ts";
import { wireOption } from "./wire-select-list.ts";

/**
 * Deletes an option that is no record's value and no attribute's default. Records in the trash lose it.
 * @throws AppError `forbidden`, `not_found`, `in_use`.
 */
export const deleteOption = writeVerb(
  "delete_option",
  async (ctx, { listId, id }: { readonly listId: string; readonly id: string }): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.selectLists.find(listId),
      storage.selectLists.users(listId),
      storage.selectLists.optionUse(listId, id),
    );
    const [found, users, usedBy] = loaded;
    const list = managedList(access, found);
    const option = requireOption(list, id);
    if (usedBy) throw new AppError("in_use", { params: { what: usedBy } });
    return commit(ctx, access, {
      writes: [
        ...storage.selectLists.deleteOption(list, option, users),
        storage.selectLists.raiseSchemaVersions(list.id),
      ],
      audit: {
        action: "select_list.delete_option",
        id: list.id,
        label: list.name,
        before: wireOption(option),
      },
      result: null,
    });
  },
);
