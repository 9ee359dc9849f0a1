const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * The marks that Latin, Greek and phonetic letters carry. Vowel signs of other scripts (Devanagari, Thai, Arabic)
 * are not among them: without those, different words would become equal.
 */
const MARKS = "\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\ufe20-\\ufe2f";
/** The first branch keeps Cyrillic marks, for they make й, ї and ў; what NFC then leaves bare is a stress mark. */
const CYRILLIC_WITH_MARKS = new RegExp(`(\\p{Script=Cyrillic}[${MARKS}]+)|[${MARKS}]+`, "gu");
const BARE_MARKS = new RegExp(`[${MARKS}]+`, "g");

/** Letters that Unicode does not take apart, and the Greek sigma that changes at the end of a word. */
const LETTERS: Readonly<Record<string, string>> = {
  ё: "е",
  ß: "ss",
  ł: "l",
  ø: "o",
  đ: "d",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  ς: "σ",
};
const LETTER = /[ёßłøđħŧıς]/g;

/**
 * The one folding that equality, order, search and uniqueness of text share: two texts that people take for the
 * same fold to the same. NFKC, lower case, ё→е, Latin diacritics and Cyrillic stress marks removed (й stays й),
 * zero-width characters removed, white space collapsed and trimmed. Folding twice changes nothing.
 */
export function foldText(text: string): string {
  return text
    .replace(INVISIBLE, "")
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(CYRILLIC_WITH_MARKS, "$1")
    .normalize("NFC")
    .replace(BARE_MARKS, "")
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replace(/\s+/g, " ")
    .trim();
}
