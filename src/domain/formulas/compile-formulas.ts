import type { ProblemParams } from "../../errors.ts";
import type { Attribute } from "../attribute-kinds/kind.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import { asksForDay, checkFormula, fieldsIn } from "./check.ts";
import type { Operand } from "./operands.ts";
import { parseFormula } from "./parse.ts";
import { type Expression, FormulaProblem } from "./syntax.ts";
import { typeOfKind, type ValueType } from "./values.ts";

/** A formula that can be calculated. */
export interface Formula {
  readonly attribute: Attribute;
  readonly operand: Operand;
  /** Whether its results change by themselves, because it asks for the day or uses one that does. */
  readonly onRead: boolean;
}

export interface CompiledFormulas {
  /** Each after those that it uses; what cannot be calculated is left out. */
  readonly formulas: readonly Formula[];
  /** What is wrong with the others, by attribute id. */
  readonly problems: ReadonlyMap<string, { readonly code: string; readonly params: ProblemParams }>;
  /** Attributes that formulas name, by id. */
  readonly fields: ReadonlyMap<string, { readonly attribute: Attribute; readonly type: ValueType }>;
}

const compiled = new WeakMap<readonly Attribute[], CompiledFormulas>();

/** The formulas among a type's attributes. What has been compiled is kept as long as the list of attributes is. */
export function formulasOf(attributes: readonly Attribute[]): CompiledFormulas {
  const known = compiled.get(attributes);
  if (known) return known;
  const made = compileFormulas(attributes);
  compiled.set(attributes, made);
  return made;
}

function compileFormulas(attributes: readonly Attribute[]): CompiledFormulas {
  const formulas = new Map<string, Formula | undefined>();
  const problems = new Map<string, { code: string; params: ProblemParams }>();
  const fields = new Map<string, { attribute: Attribute; type: ValueType }>();
  const graph = readGraph(attributes);

  function compile(attribute: Attribute): Formula | undefined {
    const { id, settings } = attribute;
    if (formulas.has(id)) return formulas.get(id);
    try {
      const formula = compileNew(attribute);
      formulas.set(id, formula);
      return formula;
    } catch (error) {
      if (!(error instanceof FormulaProblem)) throw error;
      problems.set(id, { code: error.code, params: error.paramsIn(String(settings.formula_text)) });
      formulas.set(id, undefined);
      return undefined;
    }
  }

  function compileNew(attribute: Attribute): Formula {
    const expression = graph.get(attribute.id);
    if (!expression || expression instanceof FormulaProblem) throw expression ?? new Error("no formula");
    refuseCycle(attribute, expression, attributes, graph);
    let onRead = asksForDay(expression);
    const operand = checkFormula(expression, {
      resolve(name, at) {
        const target = requireField(name, at, attributes, attribute);
        if (target.valueType !== "formula") {
          const type = typeOfKind(target.valueType, target.settings);
          if (!type) {
            throw new FormulaProblem("formula_field_kind", at, { name: target.name, kind: target.valueType });
          }
          fields.set(target.id, { attribute: target, type });
          return { id: target.id, type };
        }
        const formula = compile(target);
        if (!formula) throw new FormulaProblem("formula_of_broken", at, { name: target.name });
        const { type } = formula.operand;
        fields.set(target.id, { attribute: target, type });
        onRead ||= formula.onRead;
        return { id: target.id, type };
      },
    });
    if (operand.type.is === "blank") {
      throw new FormulaProblem("formula_type", expression.at, { expected: "operand", found: "blank" });
    }
    return { attribute, operand, onRead };
  }

  // In the order in which they are done, those that others use come first.
  for (const attribute of attributes) if (attribute.valueType === "formula") compile(attribute);
  return { formulas: [...formulas.values()].filter((formula) => formula !== undefined), problems, fields };
}

/** Names are in small letters, and ids never look like names. */
export function findField<A extends Pick<Attribute, "id" | "name">>(
  name: string,
  attributes: readonly A[],
): A | undefined {
  const wanted = name.toLowerCase();
  return attributes.find((attribute) => attribute.name === wanted || attribute.id === wanted);
}

/** @param own the formula itself, which is not among those that it could use. */
function requireField(name: string, at: number, attributes: readonly Attribute[], own: Attribute): Attribute {
  const found = findField(name, attributes);
  if (found) return found;
  const allowed = attributes
    .filter((attribute) => attribute !== own)
    .filter(({ valueType, settings }) => valueType === "formula" || typeOfKind(valueType, settings))
    .map((attribute) => attribute.name);
  throw new FormulaProblem("formula_unknown_field", at, {
    name: sampleOf(name),
    allowed: allowed.join(", "),
  });
}

type Graph = ReadonlyMap<string, Expression | FormulaProblem>;

function readGraph(attributes: readonly Attribute[]): Graph {
  const graph = new Map<string, Expression | FormulaProblem>();
  for (const { id, valueType, settings } of attributes) {
    if (valueType !== "formula") continue;
    try {
      graph.set(id, parseFormula(String(settings.formula_text)));
    } catch (error) {
      if (!(error instanceof FormulaProblem)) throw error;
      graph.set(id, error);
    }
  }
  return graph;
}

/** @throws FormulaProblem `formula_cycle` where the formula needs its own result. */
function refuseCycle(
  start: Attribute,
  expression: Expression,
  attributes: readonly Attribute[],
  graph: Graph,
): void {
  const seen = new Set<string>();
  const pathTo = (from: Expression): string[] | undefined => {
    for (const { name } of fieldsIn(from)) {
      const target = findField(name, attributes);
      if (target === start) return [start.name];
      const next = target && graph.get(target.id);
      if (!target || seen.has(target.id) || !next || next instanceof FormulaProblem) continue;
      seen.add(target.id);
      const rest = pathTo(next);
      if (rest) return [target.name, ...rest];
    }
    return undefined;
  };
  for (const field of fieldsIn(expression)) {
    const path = pathTo({ type: "field", ...field });
    if (path)
      throw new FormulaProblem("formula_cycle", field.at, { path: [start.name, ...path].join(" → ") });
  }
}

/** The ids of the attributes that stand in a formula; none for attributes of other kinds. */
export function directlyUsedBy({ valueType, settings }: Attribute): ReadonlySet<string> {
  if (valueType !== "formula") return new Set();
  return new Set(fieldsIn(parseFormula(String(settings.formula_text))).map(({ name }) => name));
}
