import type { DescribedTable, OwnTables } from "../domain/entity-types/describe-tables.ts";
import type { Endpoint } from "./endpoint.ts";
import { type JsonSchema, shapeOf } from "./record-shapes.ts";

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

/** As much of an OpenAPI document as is rewritten here. */
export interface Document {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const ANY_TABLE = "/api/data/{entity}";
const REFERENCE = "#/components/schemas/";
/** What stands for any table's records in the general document. */
const SHAPES: readonly string[] = ["Record", "RecordValues", "RecordChange", "RecordFilters"];

/**
 * The general document as it concerns one caller: instead of the operations on any table those on each of their
 * own, with exact records; without what their rights do not allow.
 */
export function ownDocument(general: Document, endpoints: readonly Endpoint[], own: OwnTables): Document {
  const { schemas } = general.components;
  const shaped = new Set(Object.keys(schemas).filter((name) => reaches(schemas, name, SHAPES)));
  const prefixes = prefixesOf(own.tables, Object.keys(schemas), shaped);
  const made: Record<string, JsonSchema> = { ...schemas };
  const paths: Record<string, Record<string, Operation>> = {};
  const put = (path: string, method: string, operation: Operation) => {
    paths[path] = { ...paths[path], [method]: operation };
  };
  for (const endpoint of endpoints) {
    const { path, method } = endpoint;
    const operation = general.paths[path]?.[method];
    if (!operation) continue;
    if (!path.startsWith(ANY_TABLE)) {
      if (mayCall(endpoint, own.permissions)) put(path, method, operation);
      continue;
    }
    for (const table of own.tables.filter(({ name }) => mayCall(endpoint, own.permissions, name))) {
      const refOf = referencesOf(table, prefixes.get(table) ?? "", endpoint, schemas, shaped, made);
      put(path.replace("{entity}", table.name), method, {
        ...(withReferences(operation, refOf) as Operation),
        operationId: `${operation.operationId}_${table.name}`,
        tags: [table.name],
        parameters: operation.parameters?.filter(
          ({ name, in: place }) => place !== "path" || name !== "entity",
        ),
      });
    }
  }
  const description = `${general.info.description} These are the tables and operations that one member may use.`;
  return {
    ...general,
    info: { ...general.info, description },
    tags: own.tables.map(({ id, name, title }) => ({ name, description: title, "x-entity-type-id": id })),
    paths,
    components: { ...general.components, schemas: onlyUsed(made, paths) },
  } as Document;
}

/** Whether the permissions that the endpoint names are there; where it names alternatives, the verb decides. */
function mayCall({ permission = "" }: Endpoint, permissions: ReadonlySet<string>, table = ""): boolean {
  if (permission.includes(" or ")) return true;
  const named = permission.match(/(?:\{entity\}|[a-z_]+):[a-z_]+/g) ?? [];
  return named.every((name) => permissions.has(name.replace("{entity}", table)));
}

/** How an operation on the table names a component; makes those that the table has in a form of its own. */
function referencesOf(
  table: DescribedTable,
  prefix: string,
  { permission }: Endpoint,
  schemas: Readonly<Record<string, JsonSchema>>,
  shaped: ReadonlySet<string>,
  made: Record<string, JsonSchema>,
): (name: string) => string {
  const creates = permission === "{entity}:create";
  const refOf = (name: string, isInList = false): string => {
    if (!shaped.has(name)) return name;
    const variant = variantOf(name, creates, isInList);
    const own = prefix + endingOf(variant);
    if (!Object.hasOwn(made, own)) {
      // Named before it is made: it may refer to itself.
      made[own] = {};
      const base = schemas[name] ?? {};
      const inside = (other: string) => refOf(other, isInList || name.endsWith("List"));
      made[own] =
        shapeOf(variant, base, table, (component) => ({ $ref: REFERENCE + refOf(component) })) ??
        (withReferences(withoutExample(base), inside) as JsonSchema);
    }
    return own;
  };
  return (name) => refOf(name);
}

/** Values are those of a new record or changes of one; records of a list may come with some attributes only. */
function variantOf(name: string, creates: boolean, isInList: boolean): string {
  if (name === "RecordValues") return creates ? "RecordInput" : "RecordPatch";
  return name === "Record" && isInList ? "RecordRow" : name;
}

function withoutExample({ example, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

/** `lead_sources` → `LeadSources`; a number follows where one of the names that begin so is taken. */
function prefixesOf(
  tables: readonly DescribedTable[],
  names: readonly string[],
  shaped: ReadonlySet<string>,
): Map<DescribedTable, string> {
  const endings = [...shaped, "RecordRow", "RecordInput", "RecordPatch"].map(endingOf);
  const taken = new Set(names);
  const prefixes = new Map<DescribedTable, string>();
  for (const table of tables) {
    const words = table.name.split("_").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
    let prefix = words.join("");
    for (let n = 2; endings.some((ending) => taken.has(prefix + ending)); n++) {
      prefix = `${words.join("")}_${n}`;
    }
    for (const ending of endings) taken.add(prefix + ending);
    prefixes.set(table, prefix);
  }
  return prefixes;
}

/** `RecordList` is called `LeadsList`, `BulkCreate` `LeadsBulkCreate`. */
function endingOf(name: string): string {
  return name.replace(/^Record/, "");
}

function withReferences(value: unknown, refOf: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, refOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === "$ref" && typeof child === "string" && child.startsWith(REFERENCE)
        ? REFERENCE + refOf(child.slice(REFERENCE.length))
        : withReferences(child, refOf),
    ]),
  );
}

function referredBy(value: unknown): string[] {
  const names: string[] = [];
  withReferences(value, (name) => {
    names.push(name);
    return name;
  });
  return names;
}

function reaches(
  schemas: Readonly<Record<string, JsonSchema>>,
  name: string,
  goals: readonly string[],
  seen = new Set<string>(),
): boolean {
  if (goals.includes(name)) return true;
  if (seen.has(name)) return false;
  seen.add(name);
  return referredBy(schemas[name]).some((other) => reaches(schemas, other, goals, seen));
}

function onlyUsed(schemas: Readonly<Record<string, JsonSchema>>, paths: unknown): Record<string, JsonSchema> {
  const used = new Set(referredBy(paths));
  // A set that grows while it is gone through: what the used ones refer to is used, too.
  for (const name of used) for (const other of referredBy(schemas[name])) used.add(other);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
}
