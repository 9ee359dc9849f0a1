import { AppError } from "../../errors.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { managedList } from "./reach-list.ts";
import { wireSelectList } from "./wire-select-list.ts";

/** Deletes a list that no attribute has. @throws AppError `forbidden`, `not_found`, `in_use`. */
export const deleteSelectList = writeVerb(
  "delete_select_list",
  async (ctx, { id }: { id: string }): Promise<null> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.selectLists.find(id), storage.selectLists.users(id));
    const [found, users] = loaded;
    const list = managedList(access, found);
    if (users[0]) throw new AppError("in_use", { params: { what: users[0].name } });
    return commit(ctx, access, {
      writes: storage.selectLists.delete(list),
      audit: { action: "select_list.delete", id, label: list.name, before: wireSelectList(list) },
      result: null,
    });
  },
);
