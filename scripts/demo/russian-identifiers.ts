import type { Random } from "./random.ts";

/**
 * Numbers that pass every checksum and belong to nobody: they start with 97, a region code that the tax
 * service has given to no region.
 */
const REGION = "97";

export interface CompanyIdentifiers {
  readonly inn: string;
  readonly kpp: string;
  readonly ogrn: string;
}

/** INN (10 digits), KPP and OGRN (13 digits) of one company, agreeing on the tax office and the year. */
export function companyIdentifiers(random: Random, registrationYear: number): CompanyIdentifiers {
  const office = REGION + digits(random, 2);
  const innBody = office + digits(random, 5);
  // The register was opened in 2002; older companies were entered then.
  const year = String(Math.max(registrationYear, 2002)).slice(-2);
  const ogrnBody = `1${year}${office}${digits(random, 5)}`;
  const branch = random.weighted([
    ["01001", 9],
    ["01002", 1],
  ] as const);
  return {
    inn: innBody + weightedCheck(innBody, [2, 4, 10, 3, 5, 9, 4, 6, 8]),
    kpp: office + branch,
    ogrn: ogrnBody + ((Number(ogrnBody) % 11) % 10),
  };
}

/** INN (12 digits) of a person. */
export function personInn(random: Random): string {
  const body = REGION + digits(random, 8);
  const first = body + weightedCheck(body, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
  return first + weightedCheck(first, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
}

function weightedCheck(body: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return (sum % 11) % 10;
}

function digits(random: Random, count: number): string {
  return String(random.int(1, 10 ** count - 1)).padStart(count, "0");
}
