import { decimalFrom } from "../../lib/decimal.ts";
import { sampleOf } from "../attribute-kinds/sample.ts";
import { type BinaryOperator, type Expression, FormulaProblem } from "./syntax.ts";
import { readTokens, type Token } from "./tokens.ts";

export const DEEPEST = 50;
export const MOST_NODES = 200;

/** How tightly an operator binds its operands; all of them are read from the left. */
const BINDING: Readonly<Record<string, { readonly operator: BinaryOperator; readonly power: number }>> = {
  "=": { operator: "=", power: 1 },
  "==": { operator: "=", power: 1 },
  "!=": { operator: "!=", power: 1 },
  "<>": { operator: "!=", power: 1 },
  "<": { operator: "<", power: 1 },
  "<=": { operator: "<=", power: 1 },
  ">": { operator: ">", power: 1 },
  ">=": { operator: ">=", power: 1 },
  "&": { operator: "&", power: 2 },
  "+": { operator: "+", power: 3 },
  "-": { operator: "-", power: 3 },
  "*": { operator: "*", power: 4 },
  "/": { operator: "/", power: 4 },
  "%": { operator: "%", power: 4 },
};
const OF_A_SIGN = 5;

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["TRUE", true],
  ["FALSE", false],
  ["NULL", null],
]);

/**
 * Reads the text of a formula (Pratt's way: each operator knows how tightly it binds).
 * @throws FormulaProblem `formula_syntax`, `too_deep`, `too_many_items`.
 */
export function parseFormula(text: string): Expression {
  const parser = new Parser(readTokens(text));
  const expression = parser.expression(0, 0);
  parser.take("end", "operator_or_end");
  return expression;
}

class Parser {
  readonly #tokens: readonly Token[];
  #place = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Everything that binds at least so tightly. */
  expression(power: number, depth: number): Expression {
    if (depth > DEEPEST) throw new FormulaProblem("too_deep", this.#next.at, { max: DEEPEST });
    let left = this.#operand(depth);
    for (;;) {
      const { type, text, at } = this.#next;
      const binding = type === "sign" && Object.hasOwn(BINDING, text) ? BINDING[text] : undefined;
      if (!binding || binding.power < power) return left;
      this.#place += 1;
      const right = this.expression(binding.power + 1, depth + 1);
      left = this.#node({ type: "binary", operator: binding.operator, left, right, at });
    }
  }

  /** @throws FormulaProblem where the next token is another one. */
  take(wanted: string, expected: string): Token {
    const token = this.#next;
    const isIt = token.type === wanted || (token.type === "sign" && token.text === wanted);
    if (!isIt) throw unexpected(token, expected);
    this.#place += 1;
    return token;
  }

  #operand(depth: number): Expression {
    const token = this.#next;
    const { type, text, at } = token;
    this.#place += 1;
    if (type === "number") return this.#node({ type: "literal", value: numberOf(token), at });
    if (type === "text") return this.#node({ type: "literal", value: text, at });
    if (type === "field") return this.#node({ type: "field", name: text, at });
    if (type === "word") return this.#word(token, depth);
    if (type === "sign" && text === "-") {
      return this.#node({ type: "negative", of: this.expression(OF_A_SIGN, depth + 1), at });
    }
    if (type === "sign" && text === "(") {
      const inner = this.expression(0, depth + 1);
      this.take(")", "operator_or_close");
      return inner;
    }
    throw unexpected(token, "operand");
  }

  /** A function with its values, or one of the words that are values. */
  #word({ text, at }: Token, depth: number): Expression {
    const name = text.toUpperCase();
    const value = WORDS.get(name);
    const opens = this.#next.type === "sign" && this.#next.text === "(";
    if (value !== undefined && !opens) return this.#node({ type: "literal", value, at });
    if (!opens)
      throw new FormulaProblem("formula_syntax", at, { expected: "field_or_call", found: sampleOf(text) });
    this.#place += 1;
    const args: Expression[] = [];
    if (!this.#skip(")")) {
      do args.push(this.expression(0, depth + 1));
      while (this.#skip(",") || this.#skip(";"));
      this.take(")", "comma_or_close");
    }
    return this.#node({ type: "call", name, args, at });
  }

  #skip(sign: string): boolean {
    const isIt = this.#next.type === "sign" && this.#next.text === sign;
    if (isIt) this.#place += 1;
    return isIt;
  }

  #node(node: Expression): Expression {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES) throw new FormulaProblem("too_many_items", node.at, { max: MOST_NODES });
    return node;
  }

  get #next(): Token {
    // Nothing is taken after the end.
    return this.#tokens[Math.min(this.#place, this.#tokens.length - 1)] as Token;
  }
}

function numberOf({ text, at }: Token) {
  const value = decimalFrom(text.startsWith(".") ? `0${text}` : text);
  if (!value) throw new FormulaProblem("formula_syntax", at, { expected: "operand", found: sampleOf(text) });
  return value;
}

function unexpected({ type, text, at }: Token, expected: string): FormulaProblem {
  return new FormulaProblem(
    "formula_syntax",
    at,
    type === "end" ? { expected } : { expected, found: sampleOf(text) },
  );
}
