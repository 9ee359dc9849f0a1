import { isBlank } from "./blank.ts";
import type { Attribute, Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { sampleOf } from "./sample.ts";
import { numberOf, withinBounds } from "./settings.ts";

/** What D1 and JSON carry without losing a digit. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A JSON number within the attribute's bounds, or null for blank. `code` says that it is not the right sort. */
export function readNumber(
  raw: unknown,
  isRightSort: (value: number) => boolean,
  code: string,
  bounds: Bounds,
): number | null {
  if (isBlank(raw)) return null;
  if (typeof raw !== "number") throw new InvalidValue(code, { value: sampleOf(raw) });
  if (!Number.isFinite(raw)) throw new InvalidValue("not_finite");
  if (!isRightSort(raw)) throw new InvalidValue(code, { value: sampleOf(raw) });
  // JSON has a minus zero, which would be a second key for the same number.
  return withinBounds(raw, bounds.min, bounds.max) + 0;
}

/** The attribute's own bounds, or those of its kind. */
export function boundsOf(attribute: Attribute, widest: Bounds): Bounds {
  return { min: numberOf(attribute, "min") ?? widest.min, max: numberOf(attribute, "max") ?? widest.max };
}

/** A number's JSON Schema with these bounds. */
export function numberSchema(type: "integer" | "number", { min, max }: Bounds): Record<string, Json> {
  return { type, minimum: min, maximum: max };
}
