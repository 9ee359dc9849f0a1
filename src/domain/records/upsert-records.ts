import { type Issue, invalidInput } from "../../errors.ts";
import { isId } from "../../lib/ids.ts";
import { seenBy } from "../access/attribute-access.ts";
import { authorize } from "../access/authorize.ts";
import { type Attribute, InvalidValue } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import { enter } from "../enter.ts";
import { type EntityType, findAttribute, requireEntityType, valueKey } from "../entity-types/entity-type.ts";
import { writeVerb } from "../write-verb.ts";
import { changedCandidate, namedRelations, newCandidate, readCandidates } from "./bulk-candidates.ts";
import { type KeyedValue, keepsUnique, uniqueKey } from "./derive.ts";
import { isInScope } from "./load-record.ts";
import { linkCandidates } from "./parse-links.ts";
import { memberCandidates, type RecordInput, type ValueContext, valueContext } from "./parse-values.ts";
import { type BulkResult, settleBulk } from "./settle-bulk.ts";
import type { StoredRecord } from "./stored-record.ts";

interface Upsert {
  readonly entity: string;
  /** Name of the unique attribute by which records are told to be the same. */
  readonly key: string;
  readonly records: readonly RecordInput[];
  /** All or nothing; otherwise each record is taken or refused by itself. */
  readonly atomic: boolean;
}

/**
 * Changes the records whose value of a unique attribute is there already and creates the others, up to 1,000, in one
 * batch. Takes both rights, to create and to edit; a record that is out of the caller's scope makes its item fail.
 * @throws AppError `not_found` (entity type), `forbidden`, `invalid_input` (key); with `atomic` also `not_unique`.
 */
export const upsertRecords = writeVerb(
  "upsert_records",
  async (ctx, { entity, key, records, atomic }: Upsert): Promise<BulkResult> => {
    const { storage } = ctx;
    const ownIds = records.flatMap(({ id }) => (typeof id === "string" && isId(id) ? [id] : []));
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(entity),
      storage.members.names([...new Set(records.flatMap(memberCandidates))]),
      storage.recordLinks.targets([...new Set(records.flatMap(linkCandidates))]),
      storage.records.firstPosition(entity),
      storage.records.findAll(ownIds),
    );
    const [found, members, targets, firstPosition, withIds] = loaded;
    const entityType = requireEntityType(found);
    const mayCreate = authorize(access, entityType.id, "create");
    const mayEdit = authorize(access, entityType.id, "edit");
    const attribute = requireUnique(seenBy(access, entityType), key);

    const context = valueContext(ctx, access, members, targets, mayCreate);
    const keys = records.map((values) => keyOf(attribute, values[key], context));
    const asked = records.flatMap((values) => uniqueKeysIn(entityType, values, context));
    const [same, taken] = await storage.read([
      storage.records.findByUnique(
        entityType.number,
        keys.flatMap((own) => ("issue" in own ? [] : [own])),
        namedRelations(entityType, records),
      ),
      storage.records.takenKeys(asked),
    ]);
    const byKey = new Map(
      same.flatMap((record) => {
        const value = record.data[valueKey(attribute)];
        return value === undefined ? [] : [[uniqueKey(attribute, value), record] as const];
      }),
    );
    const takenIds = new Set(withIds.map(({ id }) => id));
    const seen = new Set<KeyedValue["key"]>();
    const read = readCandidates(records, (values, index, path) => {
      const own = keys[index];
      if (!own || "issue" in own) {
        throw invalidInput({ code: "required", ...own?.issue, path: `${path}.${key}` });
      }
      if (seen.has(own.key)) throw invalidInput({ path: `${path}.${key}`, code: "given_twice" });
      seen.add(own.key);
      const record = byKey.get(own.key);
      if (!record) {
        return newCandidate(entityType, values, { index, path }, context, takenIds, ctx.newId);
      }
      if (!isInScope(access, mayEdit, record))
        throw invalidInput({ path: `${path}.${key}`, code: "not_unique" });
      requireSame(record, values, path);
      return changedCandidate(
        entityType,
        record,
        values,
        { index, path },
        {
          ...context,
          ownerId: mayEdit === "own" ? access.member.id : undefined,
        },
      );
    });
    return settleBulk(ctx, access, {
      entityType,
      count: records.length,
      atomic,
      firstPosition,
      // What values become in a conversion is known only with the candidates.
      taken: entityType.attributes.some(({ successor }) => successor) ? undefined : taken,
      ...read,
    });
  },
);

function requireUnique(entityType: EntityType, name: string): Attribute {
  const attribute = findAttribute(entityType, name);
  if (attribute?.unique) return attribute;
  const allowed = entityType.attributes.filter(({ unique }) => unique).map((unique) => unique.name);
  const code = attribute ? "not_a_unique_attribute" : "unknown_attribute";
  throw invalidInput({
    path: "key",
    code,
    params: { value: name.slice(0, 100), allowed: allowed.join(", ") },
  });
}

/** The value's key in the unique table, or what is wrong with the value. */
function keyOf(
  attribute: Attribute,
  raw: unknown,
  context: ValueContext,
): KeyedValue | { readonly issue: Omit<Issue, "path"> | undefined } {
  try {
    const value = kindOf(attribute).parse(raw ?? null, attribute, context);
    return value === null
      ? { issue: undefined }
      : { attribute: attribute.number, key: uniqueKey(attribute, value) };
  } catch (error) {
    if (error instanceof InvalidValue) return { issue: { code: error.code, params: error.params } };
    throw error;
  }
}

/** All unique values that an item may ask for: unique attributes have no defaults. */
function uniqueKeysIn({ attributes }: EntityType, values: RecordInput, context: ValueContext): KeyedValue[] {
  return attributes.flatMap((attribute) => {
    if (!keepsUnique(attribute) || values[attribute.name] === undefined) return [];
    const own = keyOf(attribute, values[attribute.name], context);
    return "issue" in own ? [] : [own];
  });
}

/** The record is not another one than the item says. */
function requireSame(record: StoredRecord, { id }: RecordInput, path: string): void {
  if (id !== undefined && id !== record.id) throw invalidInput({ path: `${path}.id`, code: "read_only" });
}
