/**
 * How texts are laid out for a search by trigrams. Words are set apart by two spaces and led by two, so that the first
 * one or two letters of a word, which make no trigram of their own, do with the spaces in front of them.
 */

/** Characters that a word may begin after, as white space is. */
export const WORD_BREAKS = "«»„“”\"'`([{<>@.,:;/\\|-–—_#№+&*=";
const breaks = new Set(WORD_BREAKS);

const SHORTEST = 3;

/** One word of what is searched for. A short one has to begin a word; others may stand anywhere in it. */
export interface SearchWord {
  readonly text: string;
  readonly isShort: boolean;
}

/** The words of a folded text. */
export function searchWords(folded: string): SearchWord[] {
  const words = [...new Set(folded.split(" ").filter((word) => word !== ""))];
  return words.map((text) => ({ text, isShort: [...text].length < SHORTEST }));
}

/** The search row of a record's folded texts; empty where there is nothing to find. */
export function searchBody(texts: readonly string[]): string {
  const words = texts.flatMap((text) => text.split(" ")).filter((word) => word !== "");
  const starts = new Set(words.map(firstTwo));
  const inner = new Set(words.flatMap(innerWords).map(firstTwo));
  return [...words, ...[...inner].filter((start) => !starts.has(start))].map((word) => `  ${word}`).join("");
}

/** The parts of a word that begin after a break. */
function innerWords(word: string): string[] {
  const spaced = [...word].map((character) => (breaks.has(character) ? " " : character)).join("");
  return spaced === word ? [] : spaced.split(" ").filter((part) => part !== "");
}

function firstTwo(word: string): string {
  return [...word].slice(0, 2).join("");
}
