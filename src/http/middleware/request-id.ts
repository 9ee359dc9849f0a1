import { createMiddleware } from "hono/factory";
import { newId } from "../../lib/ids.ts";
import type { HttpEnv } from "../http-env.ts";

const ACCEPTABLE = /^[A-Za-z0-9._:-]{1,128}$/;

/** Takes the caller's X-Request-Id when it is a plain word, so that their log and ours can be joined. */
export const requestId = createMiddleware<HttpEnv>(async (c, next) => {
  const given = c.req.header("x-request-id");
  const id = given && ACCEPTABLE.test(given) ? given : newId();
  c.set("requestId", id);
  await next();
  c.res.headers.set("x-request-id", id);
});
