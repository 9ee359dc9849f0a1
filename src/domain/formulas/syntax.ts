import type { ProblemParams } from "../../errors.ts";
import type { Decimal } from "../../lib/decimal.ts";
import { countCodePoints } from "../../lib/unicode.ts";

export const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "&", "+", "-", "*", "/", "%"] as const;
export type BinaryOperator = (typeof OPERATORS)[number];

/** A formula as it was written; `at` is where each part begins in the text. */
export type Expression =
  | { readonly type: "literal"; readonly value: Decimal | string | boolean | null; readonly at: number }
  /** `{price}`: an attribute by name or id. */
  | { readonly type: "field"; readonly name: string; readonly at: number }
  | { readonly type: "negative"; readonly of: Expression; readonly at: number }
  | {
      readonly type: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      /** Of the operator. */
      readonly at: number;
    }
  /** The name in capitals; whether there is such a function is not known yet. */
  | {
      readonly type: "call";
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: number;
    };

/** Something wrong with a formula, and where in its text. */
export class FormulaProblem extends Error {
  readonly code: string;
  readonly at: number;
  readonly params: ProblemParams;

  constructor(code: string, at: number, params: ProblemParams = {}) {
    super(code);
    this.code = code;
    this.at = at;
    this.params = params;
  }

  /** With the position as people count: characters, from 1. */
  paramsIn(text: string): ProblemParams {
    return { ...this.params, position: countCodePoints(text.slice(0, this.at)) + 1 };
  }
}
