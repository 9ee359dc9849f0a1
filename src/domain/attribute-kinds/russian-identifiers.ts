/** Identifiers of Russian companies and people, checked by their control digits where they have any. */

const INN_10 = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_12_FIRST = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_12_SECOND = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/**
 * Taxpayer number: 10 digits for a company, 12 for a person.
 * Source: order of the Federal Tax Service of 29 June 2012 N ММВ-7-6/435@.
 */
export function isInn(text: string): boolean {
  if (/^\d{10}$/.test(text)) return digit(text, 9) === innControl(text, INN_10);
  if (!/^\d{12}$/.test(text)) return false;
  return (
    digit(text, 10) === innControl(text, INN_12_FIRST) && digit(text, 11) === innControl(text, INN_12_SECOND)
  );
}

/** Reason code of a company's registration: tax office, two letters or digits for the reason, serial number. */
export function isKpp(text: string): boolean {
  return /^\d{4}[\dA-Z]{2}\d{3}$/.test(text);
}

/** State registration number: 13 digits for a company (OGRN), 15 for a sole proprietor (OGRNIP). */
export function isOgrn(text: string): boolean {
  if (!/^(\d{13}|\d{15})$/.test(text)) return false;
  const body = text.slice(0, -1);
  const modulus = body.length - 1;
  return (Number(body) % modulus) % 10 === digit(text, text.length - 1);
}

function innControl(text: string, weights: readonly number[]): number {
  return (weights.reduce((sum, weight, i) => sum + weight * digit(text, i), 0) % 11) % 10;
}

function digit(text: string, index: number): number {
  return text.charCodeAt(index) - 48;
}
