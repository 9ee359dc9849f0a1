import { type Issue, invalidInput } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { authorize } from "../access/authorize.ts";
import type { AttributeDefinition, DefinedAttribute } from "../attributes/define-attribute.ts";
import { defineAttributes, definitionReads, definitionWrites } from "../attributes/define-attributes.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { defaultDisplayAttribute, pickDisplayAttribute } from "./display-attribute.ts";
import type { EntityType } from "./entity-type.ts";
import { atMost, MOST_ATTRIBUTES, MOST_ENTITY_TYPES } from "./limits.ts";
import { typeFacts } from "./type-facts.ts";
import { checkTypeName } from "./type-name.ts";
import { type WireEntityType, wireEntityType } from "./wire-entity-type.ts";

export interface EntityTypeInput {
  readonly name: string;
  readonly displayName: string;
  /** One of the attributes, null for none; the first of kind string where it is not given. */
  readonly displayAttribute?: string | null;
  readonly attributes: readonly AttributeDefinition[];
}

/** @throws AppError `forbidden`, `invalid_input`, `name_taken`, `too_many`. */
export const createEntityType = writeVerb(
  "create_entity_type",
  async (ctx, input: EntityTypeInput): Promise<WireEntityType> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.names(),
      ...definitionReads(storage, input.attributes),
    );
    const [types, ...known] = loaded;
    authorize(access, "meta", "manage");
    checkTypeName(input.name, types);
    refuseTwins(input.attributes);
    atMost(MOST_ENTITY_TYPES, types.length + 1, "entity_types");
    atMost(MOST_ATTRIBUTES, input.attributes.length, "attributes");

    const now = timestamp(ctx.clock);
    const id = ctx.newId();
    const defined = defineAttributes(ctx, access, input.attributes, {
      entityType: { id, ...input, displayAttributeId: null, attributes: [] },
      known,
      createdAt: now,
      pathOf: (i) => `attributes[${i}]`,
    });
    const entityType = newEntityType(id, input, defined, now);
    const result = wireEntityType(access, entityType, undefined);
    return commit(ctx, access, {
      writes: [
        storage.entityTypes.requireFewerThan(MOST_ENTITY_TYPES),
        ...storage.entityTypes.insert([entityType]),
        ...definitionWrites(storage, defined),
      ],
      audit: { action: "entity_type.create", id, label: input.name, after: typeFacts(result) },
      result,
      taken: { entity_types: "name_taken" },
    });
  },
);

function newEntityType(
  id: string,
  { name, displayName, displayAttribute }: EntityTypeInput,
  defined: readonly DefinedAttribute[],
  createdAt: string,
): EntityType {
  // The numbers are handed out by the database and are not shown.
  const attributes = defined
    .filter(({ attribute }) => attribute.entityTypeId === id)
    .map(({ attribute }) => ({ ...attribute, number: 0 }));
  const title =
    displayAttribute === undefined
      ? defaultDisplayAttribute(attributes)
      : displayAttribute === null
        ? undefined
        : pickDisplayAttribute(displayAttribute, attributes);
  return {
    id,
    number: 0,
    name,
    displayName,
    displayAttributeId: title?.id ?? null,
    schemaVersion: 1,
    recordCount: 0,
    lastRecordNumber: 0,
    attributes,
    related: new Map(),
    createdAt,
    updatedAt: createdAt,
  };
}

function refuseTwins(definitions: readonly AttributeDefinition[]): void {
  const names = definitions.map(({ name }) => name);
  const issues = names.flatMap((name, i): Issue[] =>
    names.indexOf(name) === i
      ? []
      : [{ path: `attributes[${i}].name`, code: "already_taken", params: { value: name } }],
  );
  if (issues.length > 0) throw invalidInput(...issues);
}
