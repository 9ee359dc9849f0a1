/** Logs a failure by its name and place; no values, since those may be a customer's. */
export function logFailure(event: string, where: Readonly<Record<string, string>>, error?: unknown): void {
  const failure = error instanceof Error ? error : undefined;
  console.error(
    JSON.stringify({
      level: "error",
      event,
      ...where,
      error: failure?.name,
      stack: failure?.stack?.split("\n").slice(1, 8),
      cause: failure?.cause instanceof Error ? failure.cause.message : undefined,
    }),
  );
}
