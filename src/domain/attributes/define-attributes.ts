import type { Read, Write } from "../../storage/database.ts";
import type { TenantStorage } from "../../storage/index.ts";
import type { SelectListRow } from "../../storage/select-lists.ts";
import type { Access } from "../access/access.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { attributeKind } from "../attribute-kinds/registry.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import { atMost, MOST_INDEXED } from "../entity-types/limits.ts";
import { settleFormulas } from "../formulas/settle-formulas.ts";
import { keepsIndex } from "../records/derive.ts";
import { memberCandidates } from "../records/parse-values.ts";
import { type AttributeDefinition, type DefinedAttribute, defineAttribute } from "./define-attribute.ts";
import { type DefinedType, defineRelations, targetNames } from "./define-relations.ts";

type Known = readonly [
  lists: readonly SelectListRow[],
  members: ReadonlyMap<string, unknown>,
  targets: readonly EntityType[],
];

/** What definitions point at, for the verb's first trip. */
export function definitionReads(
  storage: TenantStorage,
  definitions: readonly AttributeDefinition[],
): [Read<SelectListRow[]>, Read<Map<string, string | null>>, Read<EntityType[]>] {
  const namesList = definitions.some(({ own }) => own.select_list_id);
  const members = definitions.flatMap((definition) => memberCandidates({ default: definition.default }));
  const targets = targetNames(definitions);
  const none = { ...storage.nothing, decode: () => [] };
  return [
    namesList ? storage.selectLists.list() : none,
    storage.members.names(members),
    targets.length > 0 ? storage.entityTypes.findAll(targets) : none,
  ];
}

interface Definitions {
  readonly entityType: DefinedType;
  /** The answers of `definitionReads`. */
  readonly known: Known;
  readonly createdAt: string;
  /** Where a definition stands on the wire. */
  pathOf(index: number): string;
}

/**
 * Checks definitions of attributes that an entity type is to get beside those it has. After them in the answer come
 * the other sides of relations, which may belong to other types.
 * @throws AppError `invalid_input`, `too_many` (indexed).
 */
export function defineAttributes(
  ctx: TenantContext,
  access: Access,
  definitions: readonly AttributeDefinition[],
  { entityType, known, createdAt, pathOf }: Definitions,
): DefinedAttribute[] {
  const [lists, members, targets] = known;
  const lastPosition = Math.max(0, ...entityType.attributes.map(({ position }) => position));
  let indexed = entityType.attributes.filter(keepsIndex).length;
  // Indexes that are asked for go before those that a kind has by itself.
  let room = MOST_INDEXED - indexed - definitions.filter(asksForIndex).length;
  const defined = definitions.map((definition, i) => {
    const one = defineAttribute(definition, {
      entityTypeId: entityType.id,
      position: lastPosition + i + 1,
      createdAt,
      newId: ctx.newId,
      defaultCountry: access.tenant.defaultCountry,
      currency: access.tenant.currency,
      members,
      path: pathOf(i),
      sharedList: findList(lists, definition.own.select_list_id),
      hasRoomForIndex: room > 0,
    });
    if (one.attribute.indexed) indexed += 1;
    if (one.attribute.indexed && !asksForIndex(definition)) room -= 1;
    return one;
  });
  atMost(MOST_INDEXED, indexed, "indexed_attributes");
  const settled = withFormulas(entityType.attributes, defined, pathOf);
  return defineRelations(definitions, settled, { entityType, targets, newId: ctx.newId, pathOf });
}

/** What formulas give is known only when all attributes are: they may use those that stand after them. */
function withFormulas(
  existing: readonly Attribute[],
  defined: readonly DefinedAttribute[],
  pathOf: (index: number) => string,
): DefinedAttribute[] {
  const all = [...existing, ...defined.map(({ attribute }) => ({ ...attribute, number: 0 }))];
  const edited = defined.flatMap(({ attribute: { id, valueType } }, i) =>
    valueType === "formula" ? [{ id, path: pathOf(i) }] : [],
  );
  const settled = settleFormulas(all, edited);
  return defined.map((one) => {
    const settings = settled.get(one.attribute.id);
    return settings ? { ...one, attribute: { ...one.attribute, settings } } : one;
  });
}

function asksForIndex({ indexed, valueType }: AttributeDefinition): boolean {
  return indexed ?? attributeKind(valueType)?.isAssigned ?? false;
}

/** As ids are read everywhere: white space around them and capitals mean nothing. */
function findList(lists: readonly SelectListRow[], wanted: unknown): SelectListRow | undefined {
  return typeof wanted === "string" ? lists.find(({ id }) => id === wanted.trim().toLowerCase()) : undefined;
}

/**
 * The rows of the attributes and of their own lists; shared lists and the types at the other sides of relations must
 * still be what they were.
 */
export function definitionWrites(storage: TenantStorage, defined: readonly DefinedAttribute[]): Write[] {
  if (defined.length === 0) return [];
  const shared = new Map(
    defined.flatMap(({ sharedList }) => (sharedList ? [[sharedList.id, sharedList]] : [])),
  );
  const others = new Map(defined.flatMap(({ otherType }) => (otherType ? [[otherType.id, otherType]] : [])));
  const changed = new Set(defined.map(({ attribute }) => attribute.entityTypeId));
  return [
    ...[...others.values()].flatMap((entityType) => [
      storage.guard({ entityType }),
      ...(changed.has(entityType.id) ? [storage.entityTypes.raiseSchemaVersion(entityType.id)] : []),
    ]),
    ...[...shared.values()].map((list) => storage.selectLists.requireUnchanged(list)),
    ...defined.flatMap(({ attribute: { createdAt }, ownList }) =>
      ownList ? storage.selectLists.insert({ ...ownList, name: null, nameFolded: null, createdAt }) : [],
    ),
    ...storage.attributes.insert(defined.map(({ attribute }) => attribute)),
  ];
}
