import { type Decimal, decimalOf, floor, negate, roundTo, toNumber } from "../../lib/decimal.ts";
import { countCodePoints } from "../../lib/unicode.ts";
import { dateDifference, dateSum, partOfDay, today } from "./date-functions.ts";
import { commonType, numberIn, type Operand, order, requireType, type Scope } from "./operands.ts";
import { join } from "./operators.ts";
import { FormulaProblem } from "./syntax.ts";
import type { Value, ValueType } from "./values.ts";

const MOST_ARGUMENTS = 50;
/** What ROUND can be asked for. */
const MOST_PLACES = 15;

const NUMBERS = ["number", "money"] as const;
const ORDERED = ["number", "money", "date", "datetime", "time"] as const;
const BOOLEAN = { is: "boolean" } as const;
const WHOLE = { is: "number", whole: true } as const;

/** @throws FormulaProblem where an argument is of the wrong type. */
type Build = (args: readonly Operand[], at: number) => Operand;

interface FunctionRule {
  readonly min: number;
  readonly max: number;
  readonly build: Build;
}

function rule(min: number, max: number, build: Build): FunctionRule {
  return { min, max, build };
}

/** For functions of a fixed number of values. */
function one(build: (arg: Operand, at: number) => Operand): FunctionRule {
  return rule(1, 1, ([arg], at) => build(arg as Operand, at));
}

function three(build: (args: readonly [Operand, Operand, Operand], at: number) => Operand): FunctionRule {
  return rule(3, 3, (args, at) => build(args as unknown as readonly [Operand, Operand, Operand], at));
}

/** Every function by its name. */
const FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  IF: rule(2, 3, choose),
  AND: rule(1, MOST_ARGUMENTS, (args, at) => logical(args, at, false)),
  OR: rule(1, MOST_ARGUMENTS, (args, at) => logical(args, at, true)),
  NOT: one((arg, at) => {
    requireType(arg, "boolean", ["boolean"]);
    return computed(BOOLEAN, at, arg, (value) => value !== true);
  }),
  COALESCE: rule(1, MOST_ARGUMENTS, (args, at) => ({
    type: commonType(args),
    at,
    run: (scope) => firstGiven(args, scope),
  })),
  ISBLANK: one((arg, at) => ({ type: BOOLEAN, at, run: (scope) => arg.run(scope) === undefined })),
  ROUND: rule(1, 2, ([value, places], at) => roundedTo(value as Operand, places, at)),
  FLOOR: one((arg, at) => toWhole(arg, at, floor)),
  CEIL: one((arg, at) => toWhole(arg, at, (value) => negate(floor(negate(value))))),
  ABS: one((arg, at) => {
    requireType(arg, "number", NUMBERS);
    return ofNumber(arg.type, at, arg, (value) => (value.digits < 0n ? negate(value) : value));
  }),
  MIN: rule(1, MOST_ARGUMENTS, (args, at) => outermost(args, at, -1)),
  MAX: rule(1, MOST_ARGUMENTS, (args, at) => outermost(args, at, 1)),
  CONCAT: rule(1, MOST_ARGUMENTS, join),
  UPPER: one((arg, at) => ofText(arg, at, (text) => text.toUpperCase())),
  LOWER: one((arg, at) => ofText(arg, at, (text) => text.toLowerCase())),
  TRIM: one((arg, at) => ofText(arg, at, (text) => text.replace(/\s+/g, " ").trim())),
  LEN: one((arg, at) => {
    requireType(arg, "text", ["text"]);
    return computed(WHOLE, at, arg, (value) => decimalOf(countCodePoints(String(value))));
  }),
  DATEDIFF: three(dateDifference),
  DATEADD: three(dateSum),
  YEAR: one((arg, at) => partOfDay(arg, 0, at)),
  MONTH: one((arg, at) => partOfDay(arg, 1, at)),
  DAY: one((arg, at) => partOfDay(arg, 2, at)),
  TODAY: rule(0, 0, (_args, at) => today(at)),
};

export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

/** Its results depend on when it is asked. */
export const DAY_FUNCTION = "TODAY";

/** @throws FormulaProblem `formula_unknown_function`, `formula_arguments`, and what the function's types demand. */
export function applyFunction(name: string, args: readonly Operand[], at: number): Operand {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) {
    throw new FormulaProblem("formula_unknown_function", at, { name, allowed: FUNCTION_NAMES.join(", ") });
  }
  const { min, max, build } = found;
  if (args.length < min || args.length > max) {
    throw new FormulaProblem("formula_arguments", at, { name, min, max, count: args.length });
  }
  return build(args, at);
}

/** A blank gives a blank. */
function computed(
  type: ValueType,
  at: number,
  arg: Operand,
  of: (value: Exclude<Value, undefined>) => Value,
): Operand {
  return {
    type,
    at,
    run(scope) {
      const value = arg.run(scope);
      return value === undefined ? undefined : of(value);
    },
  };
}

function ofNumber(type: ValueType, at: number, arg: Operand, of: (value: Decimal) => Value): Operand {
  return computed(type, at, arg, (value) => (typeof value === "object" ? of(value) : undefined));
}

function ofText(arg: Operand, at: number, of: (text: string) => string): Operand {
  requireType(arg, "text", ["text"]);
  return computed({ is: "text" }, at, arg, (value) => of(String(value)) || undefined);
}

/** What is blank counts as not true. */
function choose([condition, then, otherwise]: readonly Operand[], at: number): Operand {
  requireType(condition as Operand, "boolean", ["boolean"]);
  const branches = otherwise ? [then as Operand, otherwise] : [then as Operand];
  return {
    type: commonType(branches),
    at,
    run: (scope) => (condition?.run(scope) === true ? then : otherwise)?.run(scope),
  };
}

/** AND and OR of what is not blank; blank where everything is. */
function logical(args: readonly Operand[], at: number, decisive: boolean): Operand {
  for (const arg of args) requireType(arg, "boolean", ["boolean"]);
  return {
    type: BOOLEAN,
    at,
    run(scope) {
      const given = args.map((arg) => arg.run(scope)).filter((value) => value !== undefined);
      if (given.length === 0) return undefined;
      return given.includes(decisive) ? decisive : !decisive;
    },
  };
}

function firstGiven(args: readonly Operand[], scope: Scope): Value {
  for (const arg of args) {
    const value = arg.run(scope);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The least (-1) or greatest (1) of what is not blank. */
function outermost(args: readonly Operand[], at: number, direction: 1 | -1): Operand {
  for (const arg of args) requireType(arg, "ordered", ORDERED);
  const type = commonType(args);
  return {
    type,
    at,
    run(scope) {
      const given = args.map((arg) => arg.run(scope)).filter((value) => value !== undefined);
      return given.reduce<Value>(
        (best, value) => (best === undefined || order(value, best, type) * direction > 0 ? value : best),
        undefined,
      );
    },
  };
}

function toWhole(arg: Operand, at: number, by: (value: Decimal) => Decimal): Operand {
  requireType(arg, "number", NUMBERS);
  const type = arg.type.is === "number" ? WHOLE : arg.type;
  return ofNumber(type, at, arg, by);
}

/** To whole numbers where no places are given; places beyond 15 change nothing. */
function roundedTo(arg: Operand, places: Operand | undefined, at: number): Operand {
  requireType(arg, "number", NUMBERS);
  if (places) requireType(places, "number", ["number"]);
  const type = arg.type.is === "number" && !places ? WHOLE : arg.type;
  return {
    type,
    at,
    run(scope) {
      const value = numberIn(arg, scope);
      const given = places ? numberIn(places, scope) : decimalOf(0);
      if (!value || !given) return undefined;
      const wanted = toNumber(floor(given));
      return roundTo(value, Math.min(Math.max(wanted, -MOST_PLACES), MOST_PLACES));
    },
  };
}
