import { invalidInput } from "../../errors.ts";
import { InvalidValue } from "../attribute-kinds/kind.ts";
import { readPhone } from "../attribute-kinds/phone.ts";
import { type EntityType, findAttribute, valueKey } from "../entity-types/entity-type.ts";
import type { StoredValues } from "../records/stored-record.ts";

export interface WantedAddress {
  /** A phone number as people write it. */
  readonly to?: string;
  /** Name of the attribute that holds it. */
  readonly toAttribute?: string;
}

/**
 * The phone number that a message to a record goes to, in E.164: the one given, the one in the attribute
 * named, or the first that the record has.
 * @throws AppError `invalid_input`.
 */
export function pickAddress(
  entityType: EntityType,
  values: StoredValues,
  { to, toAttribute }: WantedAddress,
  defaultCountry: string,
): string {
  if (to !== undefined) {
    if (toAttribute !== undefined) {
      throw invalidInput({ path: "to", code: "not_with", params: { other: "to_attribute" } });
    }
    return readNumber(to, defaultCountry);
  }
  const phones = entityType.attributes.filter(({ valueType }) => valueType === "phone");
  const candidates = toAttribute === undefined ? phones : [namedPhone(entityType, toAttribute, phones)];
  const numbers = candidates.map((attribute) => values[valueKey(attribute)]);
  const number = numbers.find((value) => typeof value === "string");
  if (typeof number === "string") return number;
  throw invalidInput({ path: toAttribute === undefined ? "to" : "to_attribute", code: "no_phone_number" });
}

function readNumber(to: string, defaultCountry: string): string {
  try {
    const number = readPhone(to, defaultCountry);
    if (number !== null) return number;
  } catch (error) {
    if (error instanceof InvalidValue) throw invalidInput(error.at("to"));
    throw error;
  }
  throw invalidInput({ path: "to", code: "required" });
}

function namedPhone(
  entityType: EntityType,
  name: string,
  phones: EntityType["attributes"],
): EntityType["attributes"][number] {
  const params = { value: name, allowed: phones.map((phone) => phone.name).join(", ") };
  const attribute = findAttribute(entityType, name);
  if (!attribute) throw invalidInput({ path: "to_attribute", code: "unknown_attribute", params });
  if (phones.includes(attribute)) return attribute;
  throw invalidInput({ path: "to_attribute", code: "not_a_phone_attribute", params });
}
