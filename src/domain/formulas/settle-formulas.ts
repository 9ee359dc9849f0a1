import { type Issue, invalidInput } from "../../errors.ts";
import { SETTLED } from "../attribute-kinds/formula.ts";
import type { Attribute, Json } from "../attribute-kinds/kind.ts";
import { settingPath } from "../attribute-kinds/settings.ts";
import { type CompiledFormulas, type Formula, formulasOf } from "./compile-formulas.ts";
import { withIds } from "./formula-text.ts";
import { kindOfType } from "./values.ts";

type Settings = Readonly<Record<string, Json>>;

/** A formula that a request defines or changes. */
export interface EditedFormula {
  readonly id: string;
  /** Where its definition stands on the wire; empty for the body itself. */
  readonly path: string;
  /** Its settings so far, when it is changed. */
  readonly before?: Settings;
}

/**
 * The settings of a type's formulas, by attribute id, once all of its attributes are known: the text with ids, and what
 * its results are. Those that use an edited one are among them, for their results may change with it.
 * @throws AppError `invalid_input` where one of the edited is wrong, or one of the others would be.
 */
export function settleFormulas(
  attributes: readonly Attribute[],
  edited: readonly EditedFormula[],
): ReadonlyMap<string, Settings> {
  if (edited.length === 0) return new Map();
  const compiled = formulasOf(attributes);
  const settled = new Map(
    compiled.formulas.map((formula) => [formula.attribute.id, settingsOf(formula, attributes)]),
  );
  const issues = edited.flatMap((one) => issuesOf(one, attributes, compiled, settled.get(one.id)));
  if (issues.length === 0) issues.push(...brokenOthers(attributes, edited, compiled));
  if (issues.length > 0) throw invalidInput(...issues);
  return settled;
}

function settingsOf({ attribute, operand, onRead }: Formula, attributes: readonly Attribute[]): Settings {
  return {
    formula_text: withIds(String(attribute.settings.formula_text), attributes),
    ...kindOfType(operand.type),
    computed_on_read: onRead,
  };
}

function issuesOf(
  { id, path, before }: EditedFormula,
  attributes: readonly Attribute[],
  { problems }: CompiledFormulas,
  after: Settings | undefined,
): Issue[] {
  const problem = problems.get(id);
  if (problem) return [{ path: settingPath(path, "formula_text"), ...problem }];
  const attribute = attributes.find((one) => one.id === id);
  if (!attribute || !after) return [];
  const { settings, indexed, name } = attribute;
  const issues: Issue[] = SETTLED.filter((setting) => {
    const given = settings[setting];
    // Clients send back what they have read, also where it changes with the text.
    return given !== undefined && given !== after[setting] && given !== before?.[setting];
  }).map((setting) => ({ path: settingPath(path, setting), code: "read_only" }));
  if (indexed && after.computed_on_read === true) {
    issues.push({ path: settingPath(path, "indexed"), code: "computed_on_read", params: { name } });
  }
  return issues;
}

/** What the change would do to formulas that use what it changes. */
function brokenOthers(
  attributes: readonly Attribute[],
  edited: readonly EditedFormula[],
  { formulas, problems }: CompiledFormulas,
): Issue[] {
  const isOther = ({ id }: Attribute) => !edited.some((one) => one.id === id);
  const path = settingPath(edited[0]?.path ?? "", "formula_text");
  const broken = attributes
    .filter(({ id }) => problems.has(id))
    .filter(isOther)
    .map(({ name }): Issue => ({ path, code: "breaks_formula", params: { name } }));
  const indexed = formulas
    .filter(({ attribute, onRead }) => onRead && attribute.indexed && isOther(attribute))
    .map(({ attribute: { name } }): Issue => ({ path, code: "computed_on_read", params: { name } }));
  return [...broken, ...indexed];
}
