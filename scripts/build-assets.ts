/**
 * Puts Swagger UI where the Worker serves it from (`dist/assets/docs`), so that /docs works offline.
 * wrangler runs this before every start and deployment (`[build]`), hence the stamp that makes it a no-op.
 */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const COPIED = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/** No inline script or style element, so the page can have a strict Content-Security-Policy. */
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API documentation</title>
    <link rel="icon" type="image/png" sizes="32x32" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/init.js"></script>
  </body>
</html>
`;

const INIT = `window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // The public validator would need a network, and would be told the address of this server.
  validatorUrl: null,
});
`;

const root = resolve(import.meta.dirname, "..");
const target = join(root, "dist/assets/docs");
const stampFile = join(root, "dist/assets.stamp");
const manifest = createRequire(import.meta.url).resolve("swagger-ui-dist/package.json");

const stamp = createHash("sha256")
  .update(readFileSync(manifest))
  .update(readFileSync(import.meta.filename))
  .digest("hex");
const present = [...COPIED, "index.html", "init.js"].every((name) => existsSync(join(target, name)));

if (!present || !existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of COPIED) {
    copyFileSync(join(dirname(manifest), name), join(target, name));
  }
  writeFileSync(join(target, "index.html"), PAGE);
  writeFileSync(join(target, "init.js"), INIT);
  writeFileSync(stampFile, stamp);
}
