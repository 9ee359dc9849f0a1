import type { Hono } from "hono";
import { type EndpointGroup, loadEndpoints } from "./endpoints.ts";
import type { HttpEnv } from "./http-env.ts";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Edge CRM API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/init.js"></script>
</body>
</html>`;

// Swagger UI sets inline styles and shows its own images as data: addresses; scripts come from here alone.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/** The OpenAPI document, and Swagger UI from the Worker's own static assets. */
export function serveDocs(app: Hono<HttpEnv>, groups: readonly EndpointGroup[]): void {
  // Built on the first request that asks for it, then kept: it is the same for everyone.
  let document: string | undefined;
  app.get("/openapi.json", async () => {
    document ??= JSON.stringify((await import("./openapi.ts")).openApiDocument(await loadEndpoints(groups)));
    return new Response(document, { headers: { "content-type": "application/json; charset=utf-8" } });
  });
  app.get("/docs", (c) => c.html(PAGE, 200, { "content-security-policy": CONTENT_SECURITY_POLICY }));
  app.get("/docs/:file", async (c) => {
    const asset = await c.env.ASSETS.fetch(c.req.raw);
    return asset.ok ? new Response(asset.body, asset) : c.notFound();
  });
}
