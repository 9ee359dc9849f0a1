import type { ErrorCode } from "../../errors.ts";
import { english } from "./texts-en.ts";
import { russian } from "./texts-ru.ts";

export type Locale = "ru" | "en";

/** Stable words for one thing wrong with the input. A new one gets its text in both languages. */
export type IssueCode = keyof typeof english.issues;

/**
 * All that problems say in one language. `{name}` is filled from the problem's params; a part in square brackets is
 * left out when one of its params is missing.
 */
export interface Catalogue {
  /** Title and detail. */
  readonly errors: Readonly<Record<ErrorCode, readonly [string, string]>>;
  /** What would be right, to be read after the path: `phone: '123' is not a phone number`. */
  readonly issues: Readonly<Record<IssueCode, string>>;
  /** By the name of the param: what its stable words are called. Other params are values and stay what they are. */
  readonly words: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const texts: Readonly<Record<Locale, Catalogue>> = { ru: russian, en: english };
