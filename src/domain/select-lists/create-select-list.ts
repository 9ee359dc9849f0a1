import { timestamp } from "../../lib/clock.ts";
import { foldText } from "../../lib/fold-text.ts";
import { authorize } from "../access/authorize.ts";
import { parseSelectSettings } from "../attribute-kinds/select-settings.ts";
import { newOptions } from "../attributes/define-attribute.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { type WireSelectList, wireSelectList } from "./wire-select-list.ts";

export interface SelectListInput {
  readonly name: string;
  /** Texts, or `{value, color?}`. */
  readonly options: readonly unknown[];
}

/** Makes a list that several attributes may share. @throws AppError `forbidden`, `invalid_input`, `name_taken`. */
export const createSelectList = writeVerb(
  "create_select_list",
  async (ctx, { name, options: inline }: SelectListInput): Promise<WireSelectList> => {
    const { storage } = ctx;
    const { access } = await enter(ctx);
    authorize(access, "meta", "manage");
    const { options = [] } = parseSelectSettings({ options: inline }, "");
    const list = {
      id: ctx.newId(),
      name,
      nameFolded: foldText(name),
      options: newOptions(options, ctx),
      createdAt: timestamp(ctx.clock),
    };
    const result = wireSelectList(list);
    return commit(ctx, access, {
      writes: storage.selectLists.insert(list),
      audit: { action: "select_list.create", id: list.id, label: name, after: result },
      result,
      taken: { select_lists: "name_taken" },
    });
  },
);
