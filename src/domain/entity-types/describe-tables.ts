import { hashToken } from "../../lib/crypto/hash-token.ts";
import type { Access } from "../access/access.ts";
import { attributeAccess, seenBy } from "../access/attribute-access.ts";
import { authorizeMember, grantedScope } from "../access/authorize.ts";
import { RECORD_ACTIONS } from "../access/catalogue.ts";
import { everyGrant, namedGrants } from "../access/permission-names.ts";
import type { Attribute, Json } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import type { QueryContext } from "../record-query/parse-operand.ts";
import { queryContext } from "../record-query/query-context.ts";
import { filterableFields } from "../record-query/query-field.ts";
import type { EntityType } from "./entity-type.ts";

type JsonSchema = Readonly<Record<string, Json>>;

/** An attribute of a table, with the JSON Schema of its values in answers and in requests, null left out. */
export interface DescribedAttribute {
  readonly name: string;
  readonly title: string;
  readonly helpText: string | null;
  /** A new record needs a value: there is no default. */
  readonly needed: boolean;
  /** No record may have a blank here. */
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly schema: JsonSchema;
  readonly inputSchema: JsonSchema;
}

/** A table as the caller may use it. */
export interface DescribedTable {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly attributes: readonly DescribedAttribute[];
  /** What lists filter by: each name with its operators. */
  readonly filters: readonly { readonly field: string; readonly operators: readonly string[] }[];
}

export interface OwnTables {
  /** `leads:view`, …: all that the caller may do. */
  readonly permissions: ReadonlySet<string>;
  /** Those whose records the caller has any right on. */
  readonly tables: readonly DescribedTable[];
  /** Differs whenever something above does. */
  readonly fingerprint: string;
}

/** What the caller may do, and the exact shape of the records that it concerns. Any member may ask. */
export async function describeTables(ctx: TenantContext): Promise<OwnTables> {
  const { storage } = ctx;
  const { access, loaded } = await enter(
    ctx,
    storage.entityTypes.list(),
    storage.aliases.list("tables"),
    storage.aliases.list("columns"),
  );
  authorizeMember(access);
  const [types, tableAliases, columnAliases] = loaded;
  const grants = namedGrants(access.isFounder ? everyGrant(types) : access.grants, types);
  const aliases = new Map(
    [...tableAliases, ...columnAliases].map((alias) => [
      `${alias.table} ${alias.attribute}`,
      alias.displayName,
    ]),
  );
  const rules = access.roles.map(({ attributeRules }) => attributeRules);
  const related = new Map(types.map((type) => [type.id, type]));
  const versions = types.map(({ id, schemaVersion }) => [id, schemaVersion]);
  return {
    permissions: new Set(grants.map(({ name }) => name)),
    tables: types
      .filter((type) => mayUse(access, type))
      .map((type) =>
        describeTable(
          seenBy(access, type),
          aliases,
          (attribute) => attributeAccess(access, attribute) === "write",
          queryContext(ctx, access, { ...type, related }),
        ),
      ),
    fingerprint: await hashToken(JSON.stringify([grants, rules, versions, [...aliases]])),
  };
}

function mayUse(access: Access, { id }: EntityType): boolean {
  return RECORD_ACTIONS.some((action) => grantedScope(access, id, action) !== undefined);
}

/**
 * A table with the schemas of its attributes.
 * @param aliases the tenant's own names, by table and attribute with a space between; a table's with none.
 * @param context says which fields there are beyond relations.
 */
export function describeTable(
  type: EntityType,
  aliases: ReadonlyMap<string, string>,
  mayWrite: (attribute: Attribute) => boolean,
  context: Pick<QueryContext, "beyond"> = {},
): DescribedTable {
  return {
    id: type.id,
    name: type.name,
    title: aliases.get(`${type.name} `) ?? type.displayName,
    attributes: type.attributes.map((attribute) => ({
      ...describeAttribute(attribute, mayWrite(attribute)),
      title: aliases.get(`${type.name} ${attribute.name}`) ?? attribute.displayName,
    })),
    filters: filterableFields(type, context),
  };
}

function describeAttribute(attribute: Attribute, mayWrite: boolean): Omit<DescribedAttribute, "title"> {
  const kind = kindOf(attribute);
  const inputSchema = kind.inputJsonSchema(attribute);
  const isOwn = kind.computed === undefined && !kind.isAssigned && inputSchema.readOnly !== true;
  return {
    name: attribute.name,
    helpText: attribute.helpText,
    needed: attribute.required && attribute.default === null,
    required: attribute.required,
    readOnly: !isOwn || !mayWrite,
    schema: kind.jsonSchema(attribute),
    inputSchema,
  };
}
