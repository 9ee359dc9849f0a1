/** A JSON answer; it ends with a line break so that answers stand apart in a terminal. */
export function jsonResponse(
  body: unknown,
  { status, headers }: { readonly status: number; readonly headers?: HeadersInit },
): Response {
  const all = new Headers(headers);
  if (!all.has("content-type")) all.set("content-type", "application/json");
  return new Response(`${JSON.stringify(body)}\n`, { status, headers: all });
}
