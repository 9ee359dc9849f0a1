import type { Attribute, Json } from "../attribute-kinds/kind.ts";
import { valueKey } from "../entity-types/entity-type.ts";
import type { StoredValues } from "../records/stored-record.ts";
import { formulasOf } from "./compile-formulas.ts";
import type { Scope } from "./operands.ts";
import { readStored, toStored } from "./values.ts";

/** When and where it is calculated: what TODAY is, and in whose days moments are counted. */
export type When = Pick<Scope, "timeZone" | "now">;

/** The values with the results that are stored, all of them made anew. */
export function withStoredResults(
  attributes: readonly Attribute[],
  data: StoredValues,
  when: When,
): StoredValues {
  const { formulas } = formulasOf(attributes);
  if (formulas.length === 0) return data;
  const all: Record<string, Json> = { ...data };
  for (const { attribute, operand, onRead } of formulas) {
    const key = valueKey(attribute);
    const result = onRead ? undefined : toStored(operand.run(scopeOf(attributes, all, when)), operand.type);
    if (result === undefined) delete all[key];
    else all[key] = result;
  }
  return all;
}

/** The values with the results that are stored nowhere, in stored form nevertheless. */
export function withResultsOnRead(
  attributes: readonly Attribute[],
  data: StoredValues,
  when: When,
): StoredValues {
  const formulas = formulasOf(attributes).formulas.filter(({ onRead }) => onRead);
  if (formulas.length === 0) return data;
  const all: Record<string, Json> = { ...data };
  for (const { attribute, operand } of formulas) {
    const result = toStored(operand.run(scopeOf(attributes, all, when)), operand.type);
    if (result !== undefined) all[valueKey(attribute)] = result;
  }
  return all;
}

function scopeOf(attributes: readonly Attribute[], data: StoredValues, { timeZone, now }: When): Scope {
  const { fields } = formulasOf(attributes);
  return {
    timeZone,
    now,
    field(id) {
      const found = fields.get(id);
      return found && readStored(data[valueKey(found.attribute)], found.type, found.attribute);
    },
  };
}
