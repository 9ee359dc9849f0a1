import { AppError, invalidInput } from "../../errors.ts";
import { RESERVED_SUBJECTS } from "../access/catalogue.ts";

/** `DELETE /api/aliases/tables/{table}` must not be taken for a column of a table with this name. */
const RESERVED_BY_PATHS: readonly string[] = ["tables"];

/**
 * @throws AppError `invalid_input` (reserved), `name_taken`.
 */
export function checkTypeName(
  name: string,
  existing: readonly { readonly id: string; readonly name: string }[],
  ownId?: string,
): void {
  if (RESERVED_SUBJECTS.has(name) || RESERVED_BY_PATHS.includes(name)) {
    throw invalidInput({ path: "name", code: "reserved_name", params: { value: name } });
  }
  if (existing.some((type) => type.name === name && type.id !== ownId)) {
    throw new AppError("name_taken", { params: { value: name } });
  }
}
