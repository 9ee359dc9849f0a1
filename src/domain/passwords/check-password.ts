import { type Issue, invalidInput } from "../../errors.ts";
import { countCodePoints } from "../../lib/unicode.ts";
import { COMMON_PASSWORDS } from "./common-passwords.ts";

const SHORTEST = 10;
/** Shorter names stand in passwords by chance. */
const SHORTEST_NAME = 4;
const FEWEST_CHARACTERS = 4;

/** Keys of the Russian and of the English keyboard, at the same places. */
const CYRILLIC_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё";
const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";

let common: ReadonlySet<string> | undefined;

/**
 * Refuses what is guessed first: the commonest passwords, also when typed on the other keyboard, few characters over
 * and over, and whatever has the person's own address in it.
 * @param path where the password stands on the wire.
 * @throws AppError `invalid_input` with `too_short`, `too_common` or `has_own_name`.
 */
export function checkPassword(path: string, password: string, email: string): void {
  const issue = findIssue(password.normalize("NFKC").toLowerCase(), email);
  if (issue) throw invalidInput({ path, ...issue });
}

function findIssue(folded: string, email: string): Omit<Issue, "path"> | undefined {
  if (countCodePoints(folded) < SHORTEST) return { code: "too_short", params: { min: SHORTEST } };
  common ??= new Set(COMMON_PASSWORDS.split(/\s+/));
  const tooFew = new Set(folded).size < FEWEST_CHARACTERS;
  if (tooFew || common.has(folded) || common.has(onLatinKeys(folded))) return { code: "too_common" };
  const name = email.toLowerCase().split("@")[0] ?? "";
  if (name.length >= SHORTEST_NAME && folded.includes(name)) return { code: "has_own_name" };
  return undefined;
}

function onLatinKeys(text: string): string {
  return text.replaceAll(/[а-яё]/g, (key) => LATIN_KEYS[CYRILLIC_KEYS.indexOf(key)] ?? key);
}
