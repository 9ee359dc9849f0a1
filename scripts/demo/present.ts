import type { Values } from "./locale.ts";

/** Leaves out what is undefined: a blank attribute is simply not named. */
export function present(values: Record<string, Values[string] | undefined>): Values {
  const named = Object.entries(values).filter(
    (entry): entry is [string, Values[string]] => entry[1] !== undefined,
  );
  return Object.fromEntries(named);
}
