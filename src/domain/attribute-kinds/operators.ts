import type { Operator } from "./kind.ts";

/** The groups that the kinds' lists of operators are made of. */
export const PRESENCE = ["blank", "not_blank"] as const satisfies readonly Operator[];
export const EQUALITY = ["eq", "neq", "in", "not_in"] as const satisfies readonly Operator[];
export const ORDER = ["gt", "gte", "lt", "lte", "between"] as const satisfies readonly Operator[];
export const SUBSTRING = [
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
] as const satisfies readonly Operator[];
/** The Python server's words for dates and times. */
export const CALENDAR = [
  "is",
  "is_not",
  "is_before",
  "is_after",
  "is_on_or_before",
  "is_on_or_after",
  "is_within",
] as const satisfies readonly Operator[];
/** Of kinds whose values are sets. */
export const SETS = ["has_any", "has_all", "has_none"] as const satisfies readonly Operator[];
