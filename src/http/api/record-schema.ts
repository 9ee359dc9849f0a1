import * as z from "../zod.ts";
import { idSchema, jsonValueSchema, timestampSchema } from "./schemas.ts";

/** A value as it stands on the wire; what exactly depends on the attribute's kind. */
const valueSchema = jsonValueSchema.openapi("Value", {
  description:
    "By kind: text, number, boolean, `{id, full_name}` of a member, a list of options, `{id, title}` of a linked " +
    "record or a list of those (at most 100, newest first; the title is null where one may not view the record); " +
    "null when blank. " +
    "Of kind `json` whatever it was set to.",
});

/** System fields and, beside them, one field for each attribute of the entity type. */
export const recordSchema = z
  .object({
    id: idSchema,
    created_at: timestampSchema,
    updated_at: timestampSchema,
    created_by: idSchema.nullable(),
    owner_id: idSchema.nullable(),
    version: z.int().openapi({ description: "Also the ETag." }),
    position: z.string().openapi({ description: "Byte order is row order." }),
    deleted_at: timestampSchema.optional().openapi({ description: "In the trash since then." }),
    can: z
      .strictObject({ edit: z.boolean(), delete: z.boolean() })
      .optional()
      .openapi({ description: "What the caller may do with it; with `include=can`." }),
  })
  .catchall(valueSchema)
  .openapi("Record");

export const includeSchema = z
  .enum(["can"])
  .optional()
  .openapi({ description: "`can` tells with each record whether the caller may edit and delete it." });
