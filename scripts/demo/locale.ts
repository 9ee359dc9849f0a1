import type { Random } from "./random.ts";

/** Values of one record by attribute name; an attribute that is absent is blank. */
export type Values = Record<string, string | number | boolean>;

export interface Person {
  /** As the individuals table shows it. */
  readonly fullName: string;
  /** As a contact is noted on a lead. */
  readonly contactName: string;
  /** The part before the @, without a domain. */
  readonly mailbox: string;
}

export interface Organization {
  readonly shortName: string;
  readonly fullName: string;
  /** The label of its own domain under a reserved top-level domain, such as `amber-heron`. */
  readonly domainLabel: string;
  /** Whoever runs it under their own name, without a company. */
  readonly proprietor?: Person;
}

/** What makes the demo company of one country look like that country. */
export interface DemoLocale {
  /** Russia's INN, KPP and OGRN are kept. */
  readonly hasRussianIdentifiers: boolean;
  readonly cities: readonly string[];
  readonly officeMailboxes: readonly string[];
  readonly sources: readonly (readonly [string, number])[];
  readonly rejectionReasons: readonly string[];
  /** The unit that amounts are rounded to, and the lowest and highest deal in those units. */
  readonly deal: { readonly unit: number; readonly min: number; readonly max: number };
  /** The same for a year's revenue of a company. */
  readonly turnover: { readonly unit: number; readonly min: number; readonly max: number };
  person(random: Random): Person;
  organization(random: Random): Organization;
  address(random: Random): string;
  /** A number in E.164 that is valid and rings at nobody's. */
  personPhone(random: Random): string;
  organizationPhone(random: Random): string;
  leadNote(random: Random): string;
  organizationNote(random: Random): string;
  personNote(random: Random): string;
}
