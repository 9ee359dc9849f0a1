import { AppError } from "../../errors.ts";

export const MOST_ENTITY_TYPES = 200;
export const MOST_ATTRIBUTES = 200;
/** Each costs the links that it has whenever a record is shown; both sides count. */
export const MOST_RELATIONS = 30;
/** Each costs a row whenever a record is created. */
export const MOST_INDEXED = 20;

/** @throws AppError `too_many` where `count` would be more than `max`. */
export function atMost(max: number, count: number, what: string): void {
  if (count > max) throw new AppError("too_many", { params: { max, what } });
}
