/** Reads `one | two | three`, over several lines: a long list that a formatter does not stretch. */
export function wordList(text: string): string[] {
  return text.split("|").map((word) => word.trim());
}
