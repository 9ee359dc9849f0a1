import { add, type Decimal, divide, multiply, negate, remainder } from "../../lib/decimal.ts";
import { asDays, commonType, numberIn, type Operand, order, requireType } from "./operands.ts";
import { type BinaryOperator, FormulaProblem } from "./syntax.ts";
import { toText, type Value, type ValueType } from "./values.ts";

/** Texts that grow beyond it while they are put together are blank. */
const LONGEST_TEXT = 100_000;

const NUMBERS = ["number", "money"] as const;
type Calculation = (a: Decimal, b: Decimal) => Decimal | undefined;
const subtract: Calculation = (a, b) => add(a, negate(b));

/** @throws FormulaProblem `formula_type`, `formula_currencies`. */
export function applyOperator(operator: BinaryOperator, left: Operand, right: Operand, at: number): Operand {
  const both = [left, right];
  switch (operator) {
    case "&":
      return join(both, at);
    case "+":
      return calculated(both, sumType(both), at, add);
    case "-":
      return calculated(both, sumType(both), at, subtract);
    case "*":
      return calculated(both, productType(left, right), at, multiply);
    case "/":
      return calculated(both, quotientType(left, right), at, divide);
    case "%":
      return calculated(both, sumType(both), at, remainder);
    default:
      return comparison(operator, asDays(both), at);
  }
}

export function negative(of: Operand, at: number): Operand {
  requireType(of, "number", NUMBERS);
  return {
    type: of.type,
    at,
    run(scope) {
      const value = numberIn(of, scope);
      return value && negate(value);
    },
  };
}

/** Texts of everything one after another; blanks add nothing. */
export function join(parts: readonly Operand[], at: number): Operand {
  return {
    type: { is: "text" },
    at,
    run(scope) {
      let text = "";
      for (const part of parts) {
        text += toText(part.run(scope), part.type);
        if (text.length > LONGEST_TEXT) return undefined;
      }
      return text === "" ? undefined : text;
    },
  };
}

function calculated(
  [left, right]: readonly Operand[],
  type: ValueType,
  at: number,
  by: Calculation,
): Operand {
  return {
    type,
    at,
    run(scope): Value {
      const a = left && numberIn(left, scope);
      const b = right && numberIn(right, scope);
      return a && b && by(a, b);
    },
  };
}

function sumType(both: readonly Operand[]): ValueType {
  for (const operand of both) requireType(operand, "number", NUMBERS);
  return commonType(both);
}

function productType(left: Operand, right: Operand): ValueType {
  for (const operand of [left, right]) requireType(operand, "number", NUMBERS);
  if (left.type.is !== "money" || right.type.is !== "money") return commonType([left, right]);
  // Square roubles are nothing that anybody has.
  throw new FormulaProblem("formula_type", right.at, { expected: "number", found: "money" });
}

function quotientType(left: Operand, right: Operand): ValueType {
  const common = sumType([left, right]);
  if (left.type.is === "money" && right.type.is !== "money") return left.type;
  if (right.type.is !== "money") return common.is === "blank" ? common : { is: "number", whole: false };
  if (left.type.is === "number") {
    throw new FormulaProblem("formula_type", right.at, { expected: "number", found: "money" });
  }
  return { is: "number", whole: false };
}

/** True or false, never blank: a blank is equal to a blank only, and neither less nor more than anything. */
function comparison(operator: BinaryOperator, both: readonly Operand[], at: number): Operand {
  const type = commonType(both);
  const [left, right] = both;
  return {
    type: { is: "boolean" },
    at,
    run(scope) {
      const a = left?.run(scope);
      const b = right?.run(scope);
      if (a === undefined || b === undefined) {
        return operator === "=" ? a === b : operator === "!=" && a !== b;
      }
      return holds(operator, order(a, b, type));
    },
  };
}

function holds(operator: BinaryOperator, ordered: number): boolean {
  switch (operator) {
    case "=":
      return ordered === 0;
    case "!=":
      return ordered !== 0;
    case "<":
      return ordered < 0;
    case "<=":
      return ordered <= 0;
    case ">":
      return ordered > 0;
    default:
      return ordered >= 0;
  }
}
