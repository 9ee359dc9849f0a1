import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { parseConfig } from "../../env.ts";
import type { HttpEnv } from "../http-env.ts";

/** Browsers may call from the configured origins only. Tokens travel in a header, so no credentials mode. */
export const corsAllowList = createMiddleware<HttpEnv>((c, next) => {
  const { corsOrigins } = parseConfig(c.env);
  return cors({
    origin: (origin) => (corsOrigins.includes(origin) ? origin : null),
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Accept-Language",
      "Idempotency-Key",
      "If-Match",
      "X-Request-Id",
    ],
    exposeHeaders: ["ETag", "Location", "Retry-After", "Server-Timing", "X-Request-Id"],
    maxAge: 3600,
  })(c, next);
});
