import { deleteAlias } from "../../domain/aliases/delete-alias.ts";
import { listAliases } from "../../domain/aliases/list-aliases.ts";
import { listTableAliases } from "../../domain/aliases/list-table-aliases.ts";
import { setAlias } from "../../domain/aliases/set-alias.ts";
import { setTableAlias } from "../../domain/aliases/set-table-alias.ts";
import { memberEndpoint } from "../endpoint.ts";
import * as z from "../zod.ts";
import { displayNameSchema } from "./attribute-schema.ts";

const tag = "Aliases";
const permission = "aliases:manage";
const seeing = "meta:view, or any right on records";

const nameParam = z.string().max(200).openapi({ example: "leads" });

const aliasSchema = z
  .strictObject({ table_name: z.string(), attribute_name: z.string(), display_name: z.string() })
  .openapi("Alias");

const tableAliasSchema = z
  .strictObject({ table_name: z.string(), display_name: z.string() })
  .openapi("TableAlias");

const list = memberEndpoint({
  method: "get",
  path: "/api/aliases",
  operationId: "listAliases",
  tag,
  permission: seeing,
  summary: "List aliases of columns",
  description:
    "The company's own names of columns: `{table: {attribute: display_name}}`, of tables one may see.",
  answers: {
    200: {
      description: "The aliases.",
      schema: z
        .record(z.string(), z.record(z.string(), z.string()))
        .openapi("Aliases", { example: { leads: { inn: "Налоговый номер" } } }),
    },
  },
  async handle({ ctx }) {
    return { status: 200, body: await listAliases(ctx) };
  },
});

const set = memberEndpoint({
  method: "post",
  path: "/api/aliases",
  operationId: "setAlias",
  tag,
  permission,
  summary: "Set the alias of a column",
  description:
    "In place of the one that it has, if any. It follows the column when that is renamed, and goes with it.",
  body: z
    .strictObject({
      table_name: z.string().max(200),
      attribute_name: z.string().max(200),
      display_name: displayNameSchema,
    })
    .openapi("AliasInput", {
      example: { table_name: "leads", attribute_name: "inn", display_name: "Налоговый номер" },
    }),
  answers: { 201: { description: "The alias.", schema: aliasSchema } },
  async handle({ ctx, body }) {
    return { status: 201, body: await setAlias(ctx, body) };
  },
});

const listTables = memberEndpoint({
  method: "get",
  path: "/api/aliases/tables",
  operationId: "listTableAliases",
  tag,
  permission: seeing,
  summary: "List aliases of tables",
  description: "The company's own names of tables: `{table: display_name}`, of tables one may see.",
  answers: {
    200: {
      description: "The aliases.",
      schema: z.record(z.string(), z.string()).openapi("TableAliases", { example: { leads: "Заявки" } }),
    },
  },
  async handle({ ctx }) {
    return { status: 200, body: await listTableAliases(ctx) };
  },
});

const setTable = memberEndpoint({
  method: "post",
  path: "/api/aliases/tables",
  operationId: "setTableAlias",
  tag,
  permission,
  summary: "Set the alias of a table",
  description:
    "In place of the one that it has, if any. It follows the table when that is renamed, and goes with it.",
  body: z
    .strictObject({ table_name: z.string().max(200), display_name: displayNameSchema })
    .openapi("TableAliasInput", { example: { table_name: "leads", display_name: "Заявки" } }),
  answers: { 201: { description: "The alias.", schema: tableAliasSchema } },
  async handle({ ctx, body }) {
    return { status: 201, body: await setTableAlias(ctx, body) };
  },
});

const removeTable = memberEndpoint({
  method: "delete",
  path: "/api/aliases/tables/{table}",
  operationId: "deleteTableAlias",
  tag,
  permission,
  summary: "Delete the alias of a table",
  description: "The table's aliases of columns stay.",
  params: z.object({ table: nameParam }),
  answers: { 204: { description: "The alias is gone." } },
  async handle({ ctx, params }) {
    await deleteAlias(ctx, { ...params, attribute: "" });
    return { status: 204 };
  },
});

const remove = memberEndpoint({
  method: "delete",
  path: "/api/aliases/{table}/{attribute}",
  operationId: "deleteAlias",
  tag,
  permission,
  summary: "Delete the alias of a column",
  description: "The column shows its display name again.",
  params: z.object({ table: nameParam, attribute: nameParam }),
  answers: { 204: { description: "The alias is gone." } },
  async handle({ ctx, params }) {
    await deleteAlias(ctx, params);
    return { status: 204 };
  },
});

// `tables` goes before `{table}`: the Python server had them the other way round, and the first was never reached.
export const aliasEndpoints = [list, set, listTables, setTable, removeTable, remove];
