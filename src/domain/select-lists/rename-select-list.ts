import { AppError } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { managedList } from "./reach-list.ts";
import { type WireSelectList, wireSelectList } from "./wire-select-list.ts";

/**
 * Renames a shared list; a private one has no name and gets none.
 * @throws AppError `forbidden`, `not_found`, `invalid_state`, `name_taken`.
 */
export const renameSelectList = writeVerb(
  "rename_select_list",
  async (ctx, { id, name }: { readonly id: string; readonly name: string }): Promise<WireSelectList> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.selectLists.find(id));
    const list = managedList(access, loaded[0]);
    if (list.name === null) throw new AppError("invalid_state", { params: { reason: "private_list" } });
    return commit(ctx, access, {
      writes: storage.selectLists.rename(list, name, foldText(name)),
      audit: {
        action: "select_list.rename",
        id,
        label: name,
        before: { name: list.name },
        after: { name },
      },
      result: wireSelectList({ ...list, name }),
      taken: { select_lists: "name_taken" },
    });
  },
);
