import { invalidInput } from "../../errors.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";

type Candidate = Pick<Attribute, "id" | "name" | "valueType" | "settings">;

/**
 * The attribute that titles a type's records, by name or id. Only kinds that can be unique are possible: their
 * values identify a record and are shown as they are stored, so a title never goes stale by itself.
 * @throws AppError `invalid_input`.
 */
export function pickDisplayAttribute<A extends Candidate>(nameOrId: string, attributes: readonly A[]): A {
  const path = "display_attribute";
  const picked = attributes.find(({ id, name }) => name === nameOrId || id === nameOrId);
  if (!picked) {
    const allowed = attributes.map(({ name }) => name).join(", ");
    throw invalidInput({ path, code: "unknown_attribute", params: { value: nameOrId, allowed } });
  }
  if (!kindOf(picked).canBeUnique) throw invalidInput({ path, code: "not_possible_here" });
  return picked;
}

/** Where nobody has said what titles a record, the first line of text does. */
export function defaultDisplayAttribute<A extends Candidate>(attributes: readonly A[]): A | undefined {
  return attributes.find(({ valueType }) => valueType === "string");
}
