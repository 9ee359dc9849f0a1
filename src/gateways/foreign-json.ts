const ID = /^[\x21-\x7e]{1,200}$/;

/** The fields of a JSON object (or array); none for anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** An id as providers make them: 1 to 200 visible ASCII characters. */
export function idOf(value: unknown): string | undefined {
  return typeof value === "string" && ID.test(value) ? value : undefined;
}
