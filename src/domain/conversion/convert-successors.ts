import { InvalidValue, type Json } from "../attribute-kinds/kind.ts";
import { type EntityType, valueKey } from "../entity-types/entity-type.ts";
import type { StoredValues } from "../records/stored-record.ts";
import { type ConversionContext, convertValue } from "./convert-value.ts";

/**
 * Sets, beside the values of attributes that are being converted, what they become; those that are what they were
 * before stay as the job left them, or will find them. What does not convert becomes blank, as the job has it.
 * @param data changed in place.
 */
export function convertSuccessors(
  { attributes }: Pick<EntityType, "attributes">,
  before: StoredValues | undefined,
  data: Record<string, Json>,
  context: ConversionContext,
): void {
  for (const attribute of attributes) {
    const { successor } = attribute;
    if (!successor) continue;
    const value = data[valueKey(attribute)];
    if (before && JSON.stringify(before[valueKey(attribute)]) === JSON.stringify(value)) continue;
    const key = valueKey(successor);
    delete data[key];
    if (value === undefined) continue;
    try {
      const converted = convertValue(attribute, successor, value, context);
      if (converted !== null) data[key] = converted;
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
    }
  }
}
