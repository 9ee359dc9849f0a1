import { daysBeforeAnchor } from "./dates.ts";
import type { DemoLocale, Organization, Person, Values } from "./locale.ts";
import { once } from "./once.ts";
import { present } from "./present.ts";
import type { Random } from "./random.ts";
import { companyIdentifiers, personInn } from "./russian-identifiers.ts";

/** How a lead looks at each stage: chances in percent, and how long ago it was last spoken to, in days. */
interface Stage {
  readonly status: string;
  readonly assigned: number;
  readonly priced: number;
  readonly contacted: number;
  readonly days: readonly [number, number];
  readonly rating: readonly [number, number];
}

const STAGES: readonly (readonly [Stage, number])[] = [
  [{ status: "New", assigned: 45, priced: 12, contacted: 22, days: [0, 14], rating: [1, 5] }, 26],
  [{ status: "In progress", assigned: 92, priced: 45, contacted: 88, days: [0, 45], rating: [1, 5] }, 24],
  [{ status: "Qualified", assigned: 96, priced: 88, contacted: 96, days: [0, 60], rating: [3, 5] }, 15],
  [{ status: "Proposal", assigned: 98, priced: 97, contacted: 97, days: [0, 40], rating: [3, 5] }, 12],
  [{ status: "Won", assigned: 100, priced: 100, contacted: 98, days: [3, 420], rating: [4, 5] }, 13],
  [{ status: "Lost", assigned: 90, priced: 40, contacted: 94, days: [10, 420], rating: [1, 3] }, 10],
];

/** How often, in percent, a lead comes from a company that is a customer already. */
const KNOWN_CUSTOMERS = 14;

/** `count` leads, ready for the table leads; a few of them name companies out of `customers`. */
export function leads(
  locale: DemoLocale,
  random: Random,
  count: number,
  customers: readonly Values[],
): Values[] {
  const organization = once(
    () => locale.organization(random),
    (drawn) => drawn.shortName,
  );
  const phone = once(
    () => locale.personPhone(random),
    (drawn) => drawn,
  );
  return Array.from({ length: count }, () => {
    if (random.chance(KNOWN_CUSTOMERS)) {
      return lead(locale, random, knownCompany(random.pick(customers)), locale.person(random), phone());
    }
    const drawn = organization();
    const contact = drawn.proprietor ?? locale.person(random);
    return lead(locale, random, newCompany(locale, random, drawn), contact, phone());
  });
}

function knownCompany(customer: Values): Values {
  return present({ organization_name: customer.short_name, inn: customer.inn, email: customer.email });
}

function newCompany(locale: DemoLocale, random: Random, organization: Organization): Values {
  const domain = organization.proprietor ? "example.com" : `${organization.domainLabel}.example`;
  return present({
    organization_name: organization.shortName,
    inn: locale.hasRussianIdentifiers && random.chance(58) ? inn(random, organization) : undefined,
    email: random.chance(24) ? `${random.pick(locale.officeMailboxes)}@${domain}` : undefined,
  });
}

function inn(random: Random, organization: Organization): string {
  return organization.proprietor ? personInn(random) : companyIdentifiers(random, 2015).inn;
}

function mailDomain(company: Values): string {
  return String(company.email ?? "@example.com").replace(/^.*@/, "");
}

function lead(locale: DemoLocale, random: Random, company: Values, contact: Person, phone: string): Values {
  const sometimes = <T>(percent: number, value: T): T | undefined =>
    random.chance(percent) ? value : undefined;
  const stage = random.weighted(STAGES);
  const knowsContact = random.chance(88);
  const ownEmail = `${contact.mailbox}@${mailDomain(company)}`;
  return present({
    ...company,
    contact_name: knowsContact ? contact.contactName : undefined,
    contact_number: sometimes(90, phone),
    email: knowsContact && random.chance(52) ? ownEmail : company.email,
    source: sometimes(93, random.weighted(locale.sources)),
    lead_status: stage.status,
    rating: sometimes(68, random.int(...stage.rating)),
    rejection_reason:
      stage.status === "Lost" ? sometimes(92, random.pick(locale.rejectionReasons)) : undefined,
    responsible: sometimes(stage.assigned, random.chance(72) ? "manager" : "owner"),
    revenue: sometimes(stage.priced, dealSize(locale, random)),
    last_contact_date: sometimes(stage.contacted, daysBeforeAnchor(random.int(...stage.days))),
    notes: sometimes(56, locale.leadNote(random)),
  });
}

/** Squared, so that small deals are many and big ones few; about every third is not a round sum. */
function dealSize({ deal }: DemoLocale, random: Random): number {
  const size = random.int(1, 100);
  const round = (deal.min + Math.floor(((deal.max - deal.min) * size * size) / 10_000)) * deal.unit;
  const hundredths = random.chance(34) ? random.int(1, 99) : 0;
  return (round * 100 + hundredths) / 100;
}
