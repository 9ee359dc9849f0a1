import { v7, validate } from "uuid";

/** A new UUIDv7: unique, and sorted by the time it was made. */
export function newId(): string {
  return v7();
}

/** Whether the text is a UUID of any version, in lower case as we store it. */
export function isId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}
