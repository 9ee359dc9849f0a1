import type { Context } from "hono";
import { describeProblem, pickLocale } from "../domain/problems/describe.ts";
import { AppError } from "../errors.ts";
import type { HttpEnv } from "./http-env.ts";
import { jsonResponse } from "./json-response.ts";

/** RFC 9457 in the caller's language. What the error says beyond its code goes to the log, never to the wire. */
export function problemResponse(c: Context<HttpEnv>, error: unknown): Response {
  const known = error instanceof AppError ? error : new AppError("internal");
  if (known.status >= 500) logFailure(c, error);
  const { title, detail, errors } = describeProblem(known, pickLocale(c.req.header("accept-language")));
  const body = {
    type: `${new URL(c.req.url).origin}/docs#${known.code}`,
    title,
    status: known.status,
    detail,
    code: known.code,
    request_id: c.get("requestId"),
    ...(errors && errors.length > 0 ? { errors } : {}),
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (known.status === 401) headers.set("www-authenticate", "Bearer");
  if (known.code === "method_not_allowed") headers.set("allow", String(known.params.methods));
  if (known.retryAfter !== undefined) headers.set("retry-after", String(Math.max(1, known.retryAfter)));
  return jsonResponse(body, { status: known.status, headers });
}

/** Names the failure and where it happened; no values, since those may be a customer's. */
function logFailure(c: Context<HttpEnv>, error: unknown): void {
  const failure = error instanceof Error ? error : new Error("not an error object");
  console.error(
    JSON.stringify({
      level: "error",
      request_id: c.get("requestId"),
      method: c.req.method,
      route: c.get("route"),
      error: failure.name,
      stack: failure.stack?.split("\n").slice(1, 8),
      cause: failure.cause instanceof Error ? failure.cause.message : undefined,
    }),
  );
}
