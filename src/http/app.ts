import { OpenAPIHono } from "@hono/zod-openapi";
import { secureHeaders } from "hono/secure-headers";
import { notFound } from "../errors.ts";
import { serveDocs } from "./docs.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpoints as allEndpoints } from "./endpoints.ts";
import { problemResponse } from "./errors.ts";
import type { HttpEnv } from "./http-env.ts";
import { corsAllowList } from "./middleware/cors.ts";
import { requestId } from "./middleware/request-id.ts";
import { serverTiming } from "./middleware/server-timing.ts";
import { mount } from "./mount.ts";

/** The HTTP adapter. Tests may give endpoints of their own to see that the contract walk catches bad ones. */
export function createApp(endpoints: readonly Endpoint[] = allEndpoints): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({ strict: false });
  app.use(requestId, serverTiming, secureHeaders(), corsAllowList);
  mount(app, endpoints);
  serveDocs(app);
  app.notFound((c) => problemResponse(c, notFound("route")));
  app.onError((error, c) => problemResponse(c, error));
  return app;
}
