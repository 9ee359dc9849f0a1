import { getExampleNumber, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";

export interface PhoneNumber {
  /** E.164, such as `+79123456789`. */
  readonly number: string;
  readonly extension: string | undefined;
}

/**
 * Reads a text that is a phone number and nothing else; undefined where it is not one. `country` (ISO 3166-1 alpha-2)
 * says how a number without a country code is read.
 *
 * The smallest metadata knows each country's lengths and first digits. The larger ones also tell mobile ranges from
 * others, at the price of refusing real numbers of ranges opened since.
 */
export function parsePhoneNumber(text: string, country: string): PhoneNumber | undefined {
  const defaultCountry = isSupportedCountry(country) ? country : undefined;
  const phone = parsePhoneNumberFromString(text, { defaultCountry, extract: false });
  return phone?.isValid() ? { number: phone.number, extension: phone.ext } : undefined;
}

/** Whether it is the code of a country (ISO 3166-1 alpha-2, in capitals) whose numbers are known here. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}

/** A well-formed mobile number of the country in international form, to show what is expected. */
export function examplePhoneNumber(country: string): string {
  const known = isSupportedCountry(country) ? country : "RU";
  return getExampleNumber(known, examples)?.formatInternational() ?? "+7 912 345 67 89";
}
