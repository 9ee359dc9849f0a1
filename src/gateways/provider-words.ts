const MAX_CHARACTERS = 500;

/** The first of the candidates that is text and not blank. */
export function firstWords(...candidates: unknown[]): string | undefined {
  return candidates.find((word): word is string => typeof word === "string" && word.trim() !== "");
}

/** A provider's words fit to be stored and shown: printable, well-formed, at most 500 characters. */
export function tidyWords(words: string): string {
  const printable = words
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return [...printable].slice(0, MAX_CHARACTERS).join("");
}
