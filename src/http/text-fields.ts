import type { Issue } from "../errors.ts";
import { findUnsafe } from "./json-body.ts";

/**
 * The fields of a query or a form. One that is given twice is a mistake, not a choice for us to make; that,
 * and text that cannot be stored, is added to the issues.
 */
export function readFields(given: URLSearchParams, issues: Issue[]): Record<string, string> {
  const fields = Object.fromEntries(given);
  for (const name of Object.keys(fields)) {
    if (given.getAll(name).length > 1) issues.push({ path: name, code: "given_twice" });
  }
  const unsafe = findUnsafe(fields);
  if (unsafe) issues.push(unsafe);
  return fields;
}
