/** Neither given nor set to anything. */
export function isAbsent(raw: unknown): raw is undefined | null {
  return raw === undefined || raw === null;
}

/** What forms send for an empty field; the same for every kind that has no text form of its own. */
export function isBlank(raw: unknown): raw is undefined | null | "" {
  return isAbsent(raw) || raw === "";
}
