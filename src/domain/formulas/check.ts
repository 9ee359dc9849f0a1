import { applyFunction, DAY_FUNCTION } from "./functions.ts";
import type { Operand } from "./operands.ts";
import { applyOperator, negative } from "./operators.ts";
import type { Expression } from "./syntax.ts";
import type { Value, ValueType } from "./values.ts";

export interface Surroundings {
  /**
   * What the formula names: the id and type of an attribute.
   * @throws FormulaProblem where there is no such attribute, or formulas cannot use it.
   */
  resolve(name: string, at: number): { readonly id: string; readonly type: ValueType };
}

/**
 * Gives every part of a formula its type, and the function that calculates it.
 * @throws FormulaProblem for the first part whose type does not fit.
 */
export function checkFormula(expression: Expression, surroundings: Surroundings): Operand {
  const { at } = expression;
  const check = (part: Expression) => checkFormula(part, surroundings);
  switch (expression.type) {
    case "literal":
      return literal(expression.value, at);
    case "field": {
      const { id, type } = surroundings.resolve(expression.name, at);
      return { type, at, run: (scope) => scope.field(id) };
    }
    case "negative":
      return negative(check(expression.of), at);
    case "binary":
      return applyOperator(expression.operator, check(expression.left), check(expression.right), at);
    case "call":
      return applyFunction(expression.name, expression.args.map(check), at);
  }
}

/** Whether the formula itself asks for the day. */
export function asksForDay(expression: Expression): boolean {
  switch (expression.type) {
    case "negative":
      return asksForDay(expression.of);
    case "binary":
      return asksForDay(expression.left) || asksForDay(expression.right);
    case "call":
      return expression.name === DAY_FUNCTION || expression.args.some(asksForDay);
    default:
      return false;
  }
}

/** The attributes that the formula names, each time it does. */
export function fieldsIn(expression: Expression): readonly { readonly name: string; readonly at: number }[] {
  switch (expression.type) {
    case "field":
      return [expression];
    case "negative":
      return fieldsIn(expression.of);
    case "binary":
      return [...fieldsIn(expression.left), ...fieldsIn(expression.right)];
    case "call":
      return expression.args.flatMap(fieldsIn);
    default:
      return [];
  }
}

function literal(given: Exclude<Value, undefined> | null, at: number): Operand {
  const value = given === null || given === "" ? undefined : given;
  return {
    type: literalType(value),
    at,
    run: () => value,
    ...(typeof value === "string" && { literal: value }),
  };
}

function literalType(value: Value): ValueType {
  if (value === undefined) return { is: "blank" };
  if (typeof value === "string") return { is: "text" };
  if (typeof value === "boolean") return { is: "boolean" };
  return { is: "number", whole: value.exponent >= 0 };
}
