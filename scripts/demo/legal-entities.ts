import { daysBeforeAnchor } from "./dates.ts";
import type { DemoLocale, Organization, Values } from "./locale.ts";
import { once } from "./once.ts";
import { present } from "./present.ts";
import type { Random } from "./random.ts";
import { companyIdentifiers } from "./russian-identifiers.ts";

const STATUSES = [
  ["Active", 88],
  ["Reorganising", 5],
  ["Liquidating", 4],
  ["Liquidated", 3],
] as const;

/** From this month's newcomers to companies of the early nineties. */
const OLDEST_DAYS = 12_300;

/** `count` companies with different names, ready for the table legal_entities. */
export function legalEntities(locale: DemoLocale, random: Random, count: number): Values[] {
  const organization = once(
    () => company(locale, random),
    (drawn) => drawn.domainLabel,
  );
  const phone = once(
    () => locale.organizationPhone(random),
    (drawn) => drawn,
  );
  return Array.from({ length: count }, () => legalEntity(locale, random, organization(), phone()));
}

function company(locale: DemoLocale, random: Random): Organization {
  for (;;) {
    const drawn = locale.organization(random);
    if (!drawn.proprietor) return drawn;
  }
}

function legalEntity(locale: DemoLocale, random: Random, organization: Organization, phone: string): Values {
  const sometimes = <T>(percent: number, value: T): T | undefined =>
    random.chance(percent) ? value : undefined;
  const registered = daysBeforeAnchor(random.int(20, OLDEST_DAYS));
  const identifiers = locale.hasRussianIdentifiers
    ? companyIdentifiers(random, Number(registered.slice(0, 4)))
    : undefined;
  const { unit, min, max } = locale.turnover;
  // Squared, so that small companies are many and big ones few.
  const size = random.int(1, 100);
  const revenue = (min + Math.floor(((max - min) * size * size) / 10_000)) * unit;
  const margin = random.int(-6, 24);
  const showsFigures = random.chance(78);
  return present({
    short_name: organization.shortName,
    full_name: sometimes(90, organization.fullName),
    inn: identifiers?.inn,
    kpp: sometimes(92, identifiers?.kpp),
    ogrn: sometimes(94, identifiers?.ogrn),
    status: random.weighted(STATUSES),
    registration_date: sometimes(93, registered),
    address: sometimes(88, locale.address(random)),
    phone_number: sometimes(84, phone),
    email: sometimes(80, `${random.pick(locale.officeMailboxes)}@${organization.domainLabel}.example`),
    website: sometimes(58, `https://${organization.domainLabel}.example`),
    revenue: showsFigures ? revenue : undefined,
    net_profit: showsFigures ? (revenue * margin) / 100 : undefined,
    notes: sometimes(38, locale.organizationNote(random)),
  });
}
