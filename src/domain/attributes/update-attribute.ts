import { AppError, type Issue, invalidInput } from "../../errors.ts";
import { isAbsent } from "../attribute-kinds/blank.ts";
import type { Attribute, AttributeKind } from "../attribute-kinds/kind.ts";
import { attributeKind } from "../attribute-kinds/registry.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { findAttribute } from "../entity-types/entity-type.ts";
import { managedType } from "../entity-types/reach-type.ts";
import { memberCandidates } from "../records/parse-values.ts";
import { writeVerb } from "../write-verb.ts";
import { changeFormula } from "./change-formula.ts";
import { changeKeys, refuseWhileJobRuns, stopsJob } from "./change-keys.ts";
import {
  type AttributeDefinition,
  nameIssues,
  optionIssues,
  ownFieldIssues,
  parseDefault,
} from "./define-attribute.ts";
import { type AttributeAddress, requireAttribute } from "./require-attribute.ts";
import { type WireAttribute, wireAttribute, wireDefault } from "./wire-attribute.ts";

export interface AttributeChange extends AttributeAddress {
  /** What is to change; `own` has the fields of the kind's that are, null for those to be unset. */
  readonly change: Partial<AttributeDefinition>;
}

/**
 * Changes what the input names. Rules (required, lengths, bounds, format) hold for later writes; values that are
 * there stay; results of formulas are made anew in all records. Switching `indexed` or `unique` on goes through the records, within the request while they are few,
 * else in a job, which switching it off again ends.
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `name_taken`, `too_many` (indexed), `not_unique`,
 *   `invalid_state` while a job works on the attribute.
 */
export const updateAttribute = writeVerb(
  "update_attribute",
  async (ctx, { entity, attribute: nameOrId, change }: AttributeChange): Promise<WireAttribute> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(
      ctx,
      storage.entityTypes.find(entity),
      storage.members.names(memberCandidates({ default: change.default })),
    );
    const [found, members] = loaded;
    const entityType = managedType(access, found);
    const before = requireAttribute(entityType, nameOrId);
    if (change.name !== undefined && change.name !== before.name && findAttribute(entityType, change.name)) {
      throw new AppError("name_taken", { params: { value: change.name } });
    }
    const { defaultCountry, currency } = access.tenant;
    const changed = changedAttribute(before, change, currency);
    const raw = change.default === undefined ? wireDefault(before) : change.default;
    // A default that was there before is checked against the new rules, too; its member has been checked already.
    const known = change.default === undefined ? new Map([[String(before.default), null]]) : members;
    const wanted = { ...changed, default: parseDefault(raw, changed, { defaultCountry, members: known }) };
    const isFormula = before.valueType === "formula";
    // The job of a formula makes more than its index.
    if (before.jobId !== undefined && (isFormula || !stopsJob(before, change))) {
      refuseWhileJobRuns(before, wanted);
    }
    const settled = isFormula
      ? await changeFormula(ctx, access, entityType, before, wanted)
      : { after: wanted, writes: undefined };
    const { after, writes } = settled.writes
      ? { after: settled.after, writes: settled.writes }
      : await changeKeys(ctx, access, entityType, { before, wanted: settled.after, change });

    const shown = wireAttribute(access, after, [after, ...entityType.attributes]);
    const result = await commit(ctx, access, {
      entityType,
      writes: [
        storage.attributes.update(after),
        storage.entityTypes.raiseSchemaVersion(entityType.id),
        ...(after.name === before.name
          ? []
          : [storage.aliases.renameAttribute(entityType.name, before.name, after.name)]),
        ...writes,
      ],
      audit: {
        action: "attribute.update",
        id: before.id,
        label: `${entityType.name}.${after.name}`,
        before: wireAttribute(access, before, entityType.attributes),
        after: shown,
      },
      result: shown,
      taken: { record_unique: "not_unique" },
    });
    if (after.jobId !== undefined && after.jobId !== before.jobId) ctx.gateways.nudgeJob(after.jobId);
    return result;
  },
);

function changedAttribute(
  before: Attribute,
  change: Partial<AttributeDefinition>,
  currency: string,
): Attribute {
  const kind = attributeKind(before.valueType);
  if (!kind) throw new Error(`no attribute kind ${before.valueType}`);
  const issues: Issue[] = [
    ...(change.valueType !== undefined && change.valueType !== before.valueType
      ? [{ path: "value_type", code: "needs_conversion" }]
      : []),
    ...(change.name === undefined ? [] : nameIssues(change.name)),
    ...ownFieldIssues(kind, change.own ?? {}),
    ...optionIssues(kind, change),
    ...listIssues(before, change.own ?? {}),
    ...fixedIssues(kind, before, change.own ?? {}),
  ];
  if (issues.length > 0) throw invalidInput(...issues);
  const fixed = Object.fromEntries((kind.fixedSettings ?? []).map((name) => [name, before.settings[name]]));
  const { name, displayName, required, unique, indexed, helpText } = change;
  return {
    ...before,
    name: name ?? before.name,
    displayName: displayName ?? before.displayName,
    required: required ?? before.required,
    unique: unique ?? before.unique,
    indexed: indexed ?? before.indexed,
    helpText: helpText === undefined ? before.helpText : helpText,
    settings:
      before.selectListId === null
        ? kind.parseSettings({ ...before.settings, ...change.own, ...fixed }, "", {
            currency,
            before: before.settings,
          })
        : before.settings,
  };
}

/** Records store numbers of options, which mean nothing in another list; the options have endpoints of their own. */
function listIssues({ selectListId }: Attribute, own: Readonly<Record<string, unknown>>): Issue[] {
  if (selectListId === null) return [];
  return Object.entries(own)
    .filter(([field, value]) => !isAbsent(value) && !(field === "select_list_id" && value === selectListId))
    .map(([field]) => ({ path: field, code: "read_only" }));
}

/** Stored values mean something only under the settings that they were stored by. */
function fixedIssues(
  { fixedSettings = [] }: AttributeKind,
  { settings }: Attribute,
  own: Readonly<Record<string, unknown>>,
): Issue[] {
  return fixedSettings
    .filter((name) => !isAbsent(own[name]) && own[name] !== settings[name])
    .map((path) => ({ path, code: "read_only" }));
}
