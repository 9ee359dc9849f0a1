import { english } from "./demo/english.ts";
import { individuals } from "./demo/individuals.ts";
import { leads } from "./demo/leads.ts";
import { legalEntities } from "./demo/legal-entities.ts";
import type { DemoLocale, Values } from "./demo/locale.ts";
import { seededRandom } from "./demo/random.ts";
import { russian } from "./demo/russian.ts";

const LOCALES = { ru: russian, en: english } satisfies Record<string, DemoLocale>;

export interface DemoCompany {
  readonly leads: Values[];
  readonly individuals: Values[];
  readonly legal_entities: Values[];
}

/**
 * The records of a demo tenant, by entity type: values by attribute name, ready for bulk creation; blanks
 * are left out. `responsible` is "owner" or "manager", for the caller to replace by a member's id.
 * Pure: the same answer on every machine. Dates are told from 2026-11-01. People, companies, addresses,
 * mailboxes and telephone numbers are made up.
 */
export function demoCompany(name: keyof typeof LOCALES): DemoCompany {
  const locale = LOCALES[name];
  // Each table draws from a stream of its own, so that changing one leaves the others as they are.
  const companies = legalEntities(locale, seededRandom(`${name} legal_entities`), 120);
  return {
    leads: leads(locale, seededRandom(`${name} leads`), 340, companies),
    individuals: individuals(locale, seededRandom(`${name} individuals`), 220),
    legal_entities: companies,
  };
}
