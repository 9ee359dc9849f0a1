import { isId } from "../../lib/ids.ts";
import { InvalidValue } from "./kind.ts";
import { sampleOf } from "./sample.ts";

/** A UUID in lower case. */
export function readId(raw: unknown): string {
  const id = typeof raw === "string" ? raw.trim().toLowerCase() : "";
  if (!isId(id)) throw new InvalidValue("invalid_uuid", { value: sampleOf(raw) });
  return id;
}
