import type { SelectListRow } from "../../storage/select-lists.ts";
import type { SelectOption } from "../attribute-kinds/kind.ts";

export type WireOption = { id: string; value: string; color: string | null; position: number };

/** A list of options as the API shows it. */
export type WireSelectList = {
  id: string;
  /** Null for the private list of one attribute. */
  name: string | null;
  options: WireOption[];
};

export function wireOption({ id, value, color, position }: SelectOption): WireOption {
  return { id, value, color, position };
}

export function wireSelectList({
  id,
  name,
  options,
}: Omit<SelectListRow, "lastOptionNumber">): WireSelectList {
  return { id, name, options: options.map(wireOption) };
}
