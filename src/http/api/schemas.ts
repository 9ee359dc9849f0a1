import * as z from "../zod.ts";

/** Shapes that several resources share. */

export const idSchema = z
  .string()
  .openapi({ format: "uuid", example: "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e" });

/** An id that a client sends. In a path anything goes: what does not exist is 404, whatever it looks like. */
export const idParam = z.object({ id: z.string().max(200).openapi({ format: "uuid" }) });

export const emailSchema = z.string().trim().max(254).pipe(z.email()).openapi({ format: "email" });

export const passwordSchema = z.string().min(10).max(1024).openapi({ format: "password" });

/** One line for people to read; control characters have no place in it. */
export const lineSchema = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u)
    // JSON Schema patterns have no flags; theirs are Unicode ones anyway.
    .openapi({ pattern: "^\\P{Cc}*$" });

export const fullNameSchema = lineSchema(200);

/** Names of tables and fields. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/)
  .openapi({ pattern: "^[a-z][a-z0-9_]{0,62}$", example: "deals" });

export const timestampSchema = z.string().openapi({ format: "date-time" });

/** `limit` and `cursor` of a list that grows. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((limit) => Math.min(limit, 200))
    .openapi({ description: "1–200; more is served as 200." }),
  cursor: z.string().max(2000).optional().openapi({ description: "`next_cursor` of the page before." }),
};

export function listSchema(name: string, item: z.ZodType) {
  return z
    .strictObject({
      data: z.array(item),
      total: z.int().nullable().openapi({ description: "null where it is not known for free." }),
      next_cursor: z.string().nullable().openapi({ description: "null on the last page." }),
    })
    .openapi(name);
}

const anyJson = z.unknown().openapi({ description: "Any JSON value." });

/** Any JSON value; zod's own schema for it refers to itself, which the document cannot show. */
export const jsonValueSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(anyJson),
  z.record(z.string(), anyJson),
]);
