import { extendZodWithOpenApi } from "@asteasolutions/zod-to-openapi";
import * as z from "zod";

// Given all of zod, the bundle would carry all of it, with every language's messages; it needs no more than this.
extendZodWithOpenApi({ ZodType: z.ZodType } as typeof z);

/** zod with `.openapi()`, which tells the document what a schema itself does not. Import as `* as z`. */
export * from "zod";
