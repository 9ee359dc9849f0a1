import { foldText } from "../../lib/fold-text.ts";
import { examplePhoneNumber, parsePhoneNumber } from "../../lib/phone-number.ts";
import { shareOf } from "./guess.ts";
import type { AttributeKind } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { EQUALITY, PRESENCE, SUBSTRING } from "./operators.ts";
import { isInn } from "./russian-identifiers.ts";
import { sampleOf } from "./sample.ts";
import { noSettings } from "./settings.ts";
import { readLine, withinLength } from "./text-value.ts";

/** Room for spaces, brackets and dashes. */
const LONGEST = 64;

/** A phone number, stored and shown in E.164; text operators look at its digits. */
export const phoneKind: AttributeKind<string> = {
  name: "phone",
  ...noSettings,
  parse: (raw, _attribute, { defaultCountry }) => readPhone(raw, defaultCountry),
  toWire: (value) => value,
  indexKey: (value) => value,
  foldedText: digitsOf,
  /** An operand without digits stays as it is: no number contains it, whereas every number contains nothing. */
  foldOperand: (operand) => digitsOf(foldText(operand)) || foldText(operand),
  operators: [...EQUALITY, ...SUBSTRING, ...PRESENCE],
  canBeUnique: true,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => ({ type: "string", pattern: "^\\+[1-9]\\d{4,14}$" }),
  inputJsonSchema: () => ({ type: "string", maxLength: LONGEST, examples: [examplePhoneNumber("RU")] }),
  guess: (samples) => shareOf(samples, isPhoneLike),
};

/** The number in E.164, null for blank. `country` says how one without a country code is read. */
export function readPhone(raw: unknown, country: string): string | null {
  const line = readLine(raw);
  if (line === null) return null;
  const phone = parsePhoneNumber(withinLength(line, 0, LONGEST), country);
  const value = sampleOf(line);
  if (!phone) throw new InvalidValue("not_a_phone", { value, country, example: examplePhoneNumber(country) });
  // E.164 has no place for it, and dropping it would lose what was typed.
  if (phone.extension) throw new InvalidValue("phone_extension", { value, number: phone.number });
  return phone.number;
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** With a plus, or the way Russians write theirs; other numbers are taken for amounts and identifiers. */
function isPhoneLike(text: string): boolean {
  const isRussian = /^([78]\d{10}|9\d{9})$/.test(text.replace(/[\s()-]/g, "")) && !isInn(text);
  return (text.startsWith("+") || isRussian) && parsePhoneNumber(text, "RU") !== undefined;
}
