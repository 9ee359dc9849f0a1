import { compare, type Decimal } from "../../lib/decimal.ts";
import { foldText } from "../../lib/fold-text.ts";
import { dayAt } from "../../lib/time-zone.ts";
import { FormulaProblem } from "./syntax.ts";
import type { Value, ValueType } from "./values.ts";

/** What a formula is calculated from, and when and where. */
export interface Scope {
  /** The value of an attribute that the formula names, by id. */
  field(id: string): Value;
  /** IANA name: in whose days moments are counted. */
  readonly timeZone: string;
  readonly now: Date;
}

/** A part of a formula that has been checked. */
export interface Operand {
  readonly type: ValueType;
  /** Where it begins in the text. */
  readonly at: number;
  /** Of a text that stands in the formula itself. */
  readonly literal?: string;
  run(scope: Scope): Value;
}

/** Refuses an operand that is none of these. Blanks are everything. @throws FormulaProblem `formula_type`. */
export function requireType(operand: Operand, expected: string, allowed: readonly ValueType["is"][]): void {
  const { is } = operand.type;
  if (is !== "blank" && !allowed.includes(is)) {
    throw new FormulaProblem("formula_type", operand.at, { expected, found: is });
  }
}

/** The values, or undefined where one of them is blank. */
export function allOf(operands: readonly Operand[], scope: Scope): Exclude<Value, undefined>[] | undefined {
  const values: Exclude<Value, undefined>[] = [];
  for (const operand of operands) {
    const value = operand.run(scope);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/**
 * The one type that all of them have: a plain number beside money is an amount in its currency.
 * @throws FormulaProblem `formula_type`, `formula_currencies`.
 */
export function commonType(operands: readonly Operand[]): ValueType {
  let common: ValueType = { is: "blank" };
  for (const { type, at } of operands) {
    if (type.is === "blank") continue;
    const joined: ValueType | undefined = common.is === "blank" ? type : join(common, type);
    if (!joined) {
      throw common.is === "money" && type.is === "money"
        ? new FormulaProblem("formula_currencies", at, { first: common.currency, second: type.currency })
        : new FormulaProblem("formula_type", at, { expected: common.is, found: type.is });
    }
    common = joined;
  }
  return common;
}

function join(a: ValueType, b: ValueType): ValueType | undefined {
  if (a.is === "number" && b.is === "number") return { is: "number", whole: a.whole && b.whole };
  if (a.is === "number" && b.is === "money") return b;
  if (a.is === "money" && b.is === "number") return a;
  if (a.is === "money" && b.is === "money") {
    return a.currency === b.currency && a.decimals === b.decimals ? a : undefined;
  }
  return a.is === b.is ? a : undefined;
}

/** Below zero, zero or above it. Texts are compared like everywhere: case, ё and accents make no difference. */
export function order(a: Exclude<Value, undefined>, b: Exclude<Value, undefined>, type: ValueType): number {
  if (typeof a === "object" && typeof b === "object") return compare(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  const [x, y] = [a, b].map((text) => (type.is === "text" ? foldText(String(text)) : String(text)));
  return x === undefined || y === undefined || x === y ? 0 : x < y ? -1 : 1;
}

/** Where days and moments meet, a moment counts as the day that it lies on. */
export function asDays(operands: readonly Operand[]): readonly Operand[] {
  if (!operands.some(({ type }) => type.is === "date")) return operands;
  return operands.map((operand) => (operand.type.is === "datetime" ? dayOf(operand) : operand));
}

/** The day of a moment, by the company's clocks. */
export function dayOf(operand: Operand): Operand {
  return {
    type: { is: "date" },
    at: operand.at,
    run(scope) {
      const moment = operand.run(scope);
      return moment === undefined ? undefined : dayAt(new Date(String(moment)), scope.timeZone);
    },
  };
}

export function numberIn(operand: Operand, scope: Scope): Decimal | undefined {
  const value = operand.run(scope);
  return typeof value === "object" ? value : undefined;
}
