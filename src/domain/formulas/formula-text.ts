import type { Attribute } from "../attribute-kinds/kind.ts";
import { findField } from "./compile-formulas.ts";
import { readTokens } from "./tokens.ts";

type Named = Pick<Attribute, "id" | "name">;

/** The text with attributes named by their ids, as it is kept. @throws FormulaProblem */
export function withIds(text: string, attributes: readonly Named[]): string {
  return withFields(text, (name) => findField(name, attributes)?.id);
}

/** The text with the names that the attributes have now, as people read it. */
export function withNames(text: string, attributes: readonly Named[]): string {
  return withFields(text, (name) => findField(name, attributes)?.name);
}

function withFields(text: string, rename: (name: string) => string | undefined): string {
  let done = 0;
  let result = "";
  for (const token of readTokens(text)) {
    if (token.type !== "field") continue;
    result += `${text.slice(done, token.at)}{${rename(token.text) ?? token.text}}`;
    done = token.end;
  }
  return result + text.slice(done);
}
