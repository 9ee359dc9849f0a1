import { RESULT_TYPES } from "../../domain/attribute-kinds/formula.ts";
import { attributeKinds } from "../../domain/attribute-kinds/registry.ts";
import type { AttributeDefinition } from "../../domain/attributes/define-attribute.ts";
import * as z from "../zod.ts";
import { idSchema, jsonValueSchema, lineSchema, nameSchema } from "./schemas.ts";

export const displayNameSchema = lineSchema(200).openapi({ example: "Сделки" });

export const optionSchema = z
  .strictObject({
    id: idSchema,
    value: z.string(),
    color: z.string().nullable().openapi({ example: "#1a7f37" }),
    position: z.int(),
  })
  .openapi("Option");

/** Inline options; the kind that has them says what is wrong with one. */
export const inlineOptionsSchema = z.array(z.unknown()).openapi({
  type: "array",
  items: {
    anyOf: [
      { type: "string" },
      {
        type: "object",
        properties: { value: { type: "string" }, color: { type: ["string", "null"] } },
        required: ["value"],
        additionalProperties: false,
      },
    ],
  },
  example: ["New", { value: "Won", color: "#1a7f37" }],
});

/** The kinds' own settings, for the document. A setting that is not here is shown as any JSON value. */
const SETTINGS: Readonly<Record<string, z.ZodType>> = {
  format: z.string().openapi({ description: "Of a string: `inn`, `kpp` or `ogrn`." }),
  currency: z.string().openapi({
    description: "Of a currency: its ISO 4217 code; the company's own unless given. Cannot be changed.",
    example: "EUR",
  }),
  decimals: z.int().openapi({
    description:
      "Of a currency, or of a formula whose results are money: its decimal places. Follows from `currency`.",
  }),
  pattern: z.string().openapi({
    description: "Of an autonumber: text around the first number, in braces. Cannot be changed.",
    example: "LEAD-{0001}",
  }),
  min: z.number().openapi({ description: "Of a number: the least allowed." }),
  max: z
    .number()
    .openapi({ description: "Of a number: the greatest allowed; of a rating 1 to 10, 5 unless given." }),
  min_length: z.int().openapi({ description: "Of a string, in characters." }),
  max_length: z.int().openapi({ description: "Of a string, in characters." }),
  select_list_id: idSchema,
  target_entity_type_id: z.string().max(200).openapi({
    description: "Of a relation: the entity type that it leads to, by id or name. Cannot be changed.",
    example: "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e",
  }),
  allow_multiple_selection: z.boolean().openapi({
    description:
      "Of a relation: whether a record may have several links; false unless given. Cannot be changed.",
  }),
  create_back_relation: z.boolean().openapi({
    description:
      "Of a new relation: makes the other side, too, an attribute of the target that shows the same links.",
  }),
  back_relation_name: z
    .string()
    .openapi({ description: "Name of the other side's attribute.", example: "staff" }),
  back_relation_display_name: z.string().openapi({
    description: "Of the other side's attribute; the display name of this entity type unless given.",
  }),
  display_attribute_id: z.string().openapi({
    description: "Of a new relation: what titles the target's records, or null; links have no other titles.",
  }),
  inverse_attribute_id: idSchema.openapi({ description: "Of a relation: the attribute at its other side." }),
  is_back_relation: z.boolean().openapi({
    description: "Of a relation: true for the side that was made by `create_back_relation`.",
  }),
  formula_text: z.string().openapi({
    description:
      "Of a formula, up to 2,000 characters: `{attribute}`, numbers, texts in quotes, `+ - * / %`, `&` for text, " +
      "`= != < <= > >=`, TRUE, FALSE, NULL and functions; see docs/formulas.md. Attributes are shown by the names that " +
      "they have now.",
    example: "{price} * {quantity}",
  }),
  result_type: z.enum(RESULT_TYPES).openapi({
    description: "Of a formula: the kind that its results are of. Follows from `formula_text`.",
  }),
  computed_on_read: z.boolean().openapi({
    description:
      "Of a formula: whether it depends on TODAY(). Such a one is computed when it is read; filters, sorts, groups, " +
      "searches and indexes by it are refused (`computed_on_read`). Follows from `formula_text`.",
  }),
};

const settingNames = [...new Set(attributeKinds.flatMap((kind) => kind.settingNames))].filter(
  (name) => name !== "options",
);

function settings(asField: (schema: z.ZodType) => z.ZodType): Record<never, never> {
  const fields = settingNames.map((name) => [name, asField(SETTINGS[name] ?? jsonValueSchema)]);
  return Object.fromEntries(fields) as Record<never, never>;
}

export const attributeSchema = z
  .strictObject({
    id: idSchema,
    entity_type_id: idSchema,
    name: nameSchema,
    display_name: z.string(),
    value_type: z.enum(attributeKinds.map((kind) => kind.name)),
    required: z.boolean(),
    unique: z.boolean(),
    indexed: z.boolean(),
    default: jsonValueSchema.openapi({
      description: "What a new record gets where the request does not name the attribute; null for none.",
    }),
    help_text: z.string().nullable(),
    position: z.int(),
    access: z.enum(["write", "read"]).openapi({ description: "What the caller may do with its values." }),
    job_id: idSchema.optional().openapi({
      description: "While a job works on it, such as one that makes its index: see /api/jobs/{id}.",
    }),
    ...settings((schema) => schema.optional()),
    options: z.array(optionSchema).optional(),
  })
  .openapi("Attribute");

const helpTextSchema = z
  .string()
  .trim()
  .max(2_000)
  .transform((text) => text || null)
  .nullable()
  .openapi({ type: ["string", "null"], maxLength: 2_000 });

const flags = {
  required: z.boolean().optional(),
  unique: z.boolean().optional().openapi({ description: "No two records may have the same value." }),
  indexed: z.boolean().optional().openapi({
    description: "Fast to filter and sort by. By default the kind decides; at most 20 in an entity type.",
  }),
  default: z
    .unknown()
    .optional()
    .openapi({
      description:
        "A value as a record would take it; null for none. Dates also take `today`, datetimes `now` and `today`, users " +
        "`$me`: what that is when a record is created.",
    }),
  help_text: helpTextSchema.optional(),
};

export const attributeInput = z
  .strictObject({
    name: nameSchema,
    display_name: displayNameSchema,
    value_type: z.enum(attributeKinds.map((kind) => kind.name)),
    ...flags,
    ...settings((schema) => schema.nullish()),
    options: inlineOptionsSchema.nullish().openapi({ type: ["array", "null"] }),
  })
  .openapi("AttributeInput", {
    example: {
      name: "stage",
      display_name: "Этап",
      value_type: "select",
      options: ["New", "Won", "Lost"],
      default: "New",
    },
  });

export const attributeChange = z
  .strictObject({
    name: nameSchema.optional(),
    display_name: displayNameSchema.optional(),
    value_type: z
      .enum(attributeKinds.map((kind) => kind.name))
      .optional()
      .openapi({ description: "Only the kind that it has already." }),
    ...flags,
    ...settings((schema) => schema.nullish()),
    options: inlineOptionsSchema.nullish().openapi({
      type: ["array", "null"],
      description: "Cannot be changed here; options have endpoints of their own.",
    }),
  })
  .openapi("AttributeChange", { example: { display_name: "Стадия", required: true } });

export const conversionInput = z
  .strictObject({
    value_type: z.enum(attributeKinds.map((kind) => kind.name)),
    dry_run: z
      .boolean()
      .default(false)
      .openapi({ description: "Says what it would come to, and changes nothing." }),
    ...settings((schema) => schema.nullish()),
    options: inlineOptionsSchema.nullish().openapi({
      type: ["array", "null"],
      description:
        "Of a select; without, and without `select_list_id`, they are made of the values, at most 500.",
    }),
  })
  .openapi("Conversion", { example: { value_type: "text", dry_run: true } });

export const conversionTrialSchema = z
  .strictObject({
    total: z.int().openapi({ description: "Records that are not in the trash." }),
    checked: z
      .int()
      .openapi({ description: "How many of them, the newest, were gone through: at most 10,000." }),
    convertible: z.int(),
    blank: z.int(),
    not_convertible: z.int().openapi({ description: "These become blank when the attribute is converted." }),
    samples: z.array(
      z.strictObject({
        record_id: idSchema,
        value: jsonValueSchema,
        error: z.strictObject({ code: z.string(), detail: z.string() }),
      }),
    ),
  })
  .openapi("ConversionTrial");

export function toDefinition(input: z.output<typeof attributeInput>): AttributeDefinition {
  const { name, display_name, value_type } = input;
  return { ...toChange(input), name, displayName: display_name, valueType: value_type };
}

export function toChange(
  input: z.output<typeof attributeChange>,
): Partial<AttributeDefinition> & Pick<AttributeDefinition, "own"> {
  const {
    name,
    display_name,
    value_type,
    required,
    unique,
    indexed,
    default: value,
    help_text,
    ...own
  } = input;
  return {
    name,
    displayName: display_name,
    valueType: value_type,
    required,
    unique,
    indexed,
    default: value,
    helpText: help_text,
    own,
  };
}
