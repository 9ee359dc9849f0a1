import { sampleOf } from "../attribute-kinds/sample.ts";
import { FormulaProblem } from "./syntax.ts";

export interface Token {
  readonly type: "number" | "text" | "field" | "word" | "sign" | "end";
  /** Of a text or field what stands between its marks, of the others as it was written. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** What may stand at one place; the first that does is the token. */
const PATTERN =
  /(?<space>[\s\p{Default_Ignorable_Code_Point}]+)|(?<number>\d+(?:\.\d+)?|\.\d+)|(?<field>\{[^{}]*\})|(?<text>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<sign><=|>=|<>|!=|==|[-+*/%&=<>(),;])/uy;

/** What a sign that is never closed waits for. */
const OPENED: Readonly<Record<string, string>> = {
  "{": "closing_brace",
  '"': "closing_quote",
  "'": "closing_quote",
};

/** @throws FormulaProblem `formula_syntax`. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    PATTERN.lastIndex = at;
    const groups = PATTERN.exec(text)?.groups;
    const [type, written] = Object.entries(groups ?? {}).find(([, found]) => found !== undefined) ?? [];
    if (type === undefined || written === undefined) throw unreadable(text, at);
    const end = at + written.length;
    if (type !== "space") {
      tokens.push({ type: type as Token["type"], text: contentOf(type, written), at, end });
    }
    at = end;
  }
  return [...tokens, { type: "end", text: "", at, end: at }];
}

function contentOf(type: string, written: string): string {
  if (type === "field") return written.slice(1, -1).trim();
  if (type !== "text") return written;
  const quote = written.slice(0, 1);
  return written.slice(1, -1).replaceAll(quote + quote, quote);
}

function unreadable(text: string, at: number): FormulaProblem {
  const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const closing = OPENED[found];
  return closing === undefined
    ? new FormulaProblem("formula_syntax", at, { expected: "operand_or_operator", found: sampleOf(found) })
    : new FormulaProblem("formula_syntax", at, { expected: closing });
}
