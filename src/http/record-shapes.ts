import type { DescribedAttribute, DescribedTable } from "../domain/entity-types/describe-tables.ts";

export type JsonSchema = { readonly [keyword: string]: unknown };

const UUID = { type: "string", format: "uuid" };

/**
 * The table's own form of a component of the general document that stands for any record's; undefined for others.
 * @param base the component as the general document has it.
 * @param refOf how another of these components is named for this table.
 */
export function shapeOf(
  name: string,
  base: JsonSchema,
  table: DescribedTable,
  refOf: (component: string) => JsonSchema,
): JsonSchema | undefined {
  switch (name) {
    case "Record":
      return recordShape(base, table, true);
    case "RecordRow":
      return recordShape(base, table, false);
    case "RecordInput":
      return valuesShape(
        table,
        { id: { ...UUID, description: "The client's own, for a safe retry." } },
        true,
      );
    case "RecordPatch":
      return valuesShape(table, {}, false);
    case "RecordChange":
      return { ...valuesShape(table, { id: UUID }, false), required: ["id"] };
    case "RecordFilters":
      return filtersShape(table, refOf(name));
    default:
      return undefined;
  }
}

/** @param isWhole whether all attributes are there; a list may be asked for some of them. */
function recordShape(base: JsonSchema, table: DescribedTable, isWhole: boolean): JsonSchema {
  const { title, attributes } = table;
  const values = attributes.map((attribute) => [
    attribute.name,
    describe(attribute, nullable(attribute.schema)),
  ]);
  return {
    title,
    type: "object",
    properties: { ...(base.properties as object), ...Object.fromEntries(values) },
    required: [...(base.required as string[]), ...(isWhole ? attributes.map(({ name }) => name) : [])],
    additionalProperties: false,
  };
}

function valuesShape(table: DescribedTable, more: JsonSchema, isNew: boolean): JsonSchema {
  const writable = table.attributes.filter(({ readOnly }) => !readOnly);
  const values = writable.map((attribute) => {
    const { required, inputSchema } = attribute;
    return [attribute.name, describe(attribute, required ? inputSchema : nullable(inputSchema))];
  });
  const needed = isNew ? writable.filter(({ needed: isNeeded }) => isNeeded).map(({ name }) => name) : [];
  return {
    title: table.title,
    type: "object",
    properties: { ...more, owner_id: nullable(UUID), ...Object.fromEntries(values) },
    ...(needed.length > 0 && { required: needed }),
    additionalProperties: false,
  };
}

function describe({ title, helpText }: DescribedAttribute, schema: JsonSchema): JsonSchema {
  const description = [helpText, schema.description].filter(Boolean).join(" ");
  return { title, ...schema, ...(description !== "" && { description }) };
}

/** A blank reads as null, and is written so. */
function nullable(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === "string") {
    const choices = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
    return { ...schema, type: [schema.type, "null"], ...choices };
  }
  const takesAnything = Object.keys(schema).length === 0;
  return takesAnything ? schema : { anyOf: [schema, { type: "null" }] };
}

/** One condition for each set of operators, so that a field goes with those that fit it. */
function filtersShape({ filters }: DescribedTable, self: JsonSchema): JsonSchema {
  const byOperators = Map.groupBy(filters, ({ operators }) => operators.join(" "));
  const conditions = [...byOperators.values()].map((fields) => ({
    type: "object",
    properties: {
      field: { type: "string", enum: fields.map(({ field }) => field) },
      op: { type: "string", enum: fields[0]?.operators },
      value: {},
    },
    required: ["field"],
    additionalProperties: false,
  }));
  const group = (name: string, content: JsonSchema) => ({
    type: "object",
    properties: { [name]: content },
    required: [name],
    additionalProperties: false,
  });
  const list = { type: "array", items: self };
  return { anyOf: [...conditions, list, group("and", list), group("or", list), group("not", self)] };
}
