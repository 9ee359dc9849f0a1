import type * as z from "zod";
import type { Issue, ProblemParams } from "../errors.ts";

/** What zod found wrong, in the words and paths of our own wire. */
export function toIssues(error: z.ZodError, root = ""): Issue[] {
  return error.issues.flatMap((issue) => translate(issue as z.core.$ZodIssue, root));
}

const SMALL: Readonly<Record<string, string>> = {
  number: "too_small",
  int: "too_small",
  array: "too_few_items",
};
const BIG: Readonly<Record<string, string>> = { number: "too_big", int: "too_big", array: "too_many_items" };

function translate(issue: z.core.$ZodIssue, root: string): Issue[] {
  const path = wirePath(issue.path, root);
  const found = (code: string, params?: ProblemParams): Issue[] => [{ path, code, params }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: wirePath([...issue.path, key], root), code: "unknown_field" }));
    case "invalid_type":
      return issue.input === undefined
        ? found("required")
        : found("wrong_type", { expected: issue.expected });
    case "too_small":
      return found(SMALL[issue.origin] ?? "too_short", { min: Number(issue.minimum) });
    case "too_big":
      return found(BIG[issue.origin] ?? "too_long", { max: Number(issue.maximum) });
    case "invalid_value":
      return issue.input === undefined
        ? found("required")
        : found("invalid_choice", { allowed: issue.values.slice(0, 20).map(String).join(", ") });
    case "invalid_format":
      return issue.format === "uuid" || issue.format === "guid"
        ? found("invalid_uuid")
        : found("invalid_format", { format: issue.format });
    case "custom":
      return found(typeof issue.params?.code === "string" ? issue.params.code : "invalid_format", {
        format: issue.message,
      });
    default:
      return found("invalid_format", { format: issue.code });
  }
}

function wirePath(path: readonly PropertyKey[], root: string): string {
  let text = root;
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text.slice(0, 300);
}
