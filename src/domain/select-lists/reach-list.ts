import { notFound } from "../../errors.ts";
import type { SelectListRow } from "../../storage/select-lists.ts";
import type { Access } from "../access/access.ts";
import { authorize } from "../access/authorize.ts";
import type { SelectOption } from "../attribute-kinds/kind.ts";

/** The list of a verb that changes it. @throws AppError `forbidden`, `not_found`. */
export function managedList(access: Access, list: SelectListRow | undefined): SelectListRow {
  authorize(access, "meta", "manage");
  if (!list) throw notFound("select_list");
  return list;
}

/** @throws AppError `not_found`. */
export function requireOption(list: SelectListRow, id: string): SelectOption {
  const option = list.options.find((candidate) => candidate.id === id);
  if (!option) throw notFound("option");
  return option;
}
