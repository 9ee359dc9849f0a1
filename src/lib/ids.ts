import { v7, validate } from "uuid";

/** A new UUIDv7: unique, and sorted by the time it was made. */
export function newId(): string {
  return v7();
}

/** Whether the text is a UUID of any version, in lower case as we store it. */
export function isId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}

/** When a UUIDv7 was made, RFC 3339 UTC. */
export function timeOfId(id: string): string {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
}

/** Sorts before every UUIDv7 made at that millisecond or later, and after all that were made before. */
export function lowestIdAt(time: Date): string {
  const digits = Math.max(0, time.getTime()).toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`;
}
