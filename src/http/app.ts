import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { notFound } from "../errors.ts";
import { serveDocs } from "./docs.ts";
import { type EndpointGroup, endpointGroups } from "./endpoints.ts";
import { problemResponse } from "./errors.ts";
import type { HttpEnv } from "./http-env.ts";
import { corsAllowList } from "./middleware/cors.ts";
import { requestId } from "./middleware/request-id.ts";
import { serverTiming } from "./middleware/server-timing.ts";
import { mount } from "./mount.ts";

/** The HTTP adapter. Tests may give endpoints of their own to see that the contract walk catches bad ones. */
export function createApp(groups: readonly EndpointGroup[] = endpointGroups): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>({ strict: false });
  app.use(requestId, serverTiming, secureHeaders(), corsAllowList);
  serveDocs(app, groups);
  mount(app, groups);
  app.notFound((c) => problemResponse(c, notFound("route")));
  app.onError((error, c) => problemResponse(c, error));
  return app;
}
