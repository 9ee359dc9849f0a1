import "@hono/zod-openapi";

/** zod with `.openapi()`, which tells the document what a schema itself does not. Import as `* as z`. */
export * from "zod";
