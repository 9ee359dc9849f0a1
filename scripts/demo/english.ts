import * as words from "./english-words.ts";
import type { DemoLocale, Organization, Person } from "./locale.ts";
import type { Random } from "./random.ts";

/** Customers of a trading company in Britain and America. */
export const english: DemoLocale = {
  hasRussianIdentifiers: false,
  cities: words.CITIES,
  officeMailboxes: ["info", "office", "sales", "hello"],
  sources: words.SOURCES,
  rejectionReasons: words.REJECTION_REASONS,
  deal: { unit: 50, min: 8, max: 2_400 },
  turnover: { unit: 1_000, min: 60, max: 48_000 },
  person,
  organization,
  address,
  personPhone: (random) => (random.chance(70) ? americanPhone(random) : britishPhone(random)),
  organizationPhone: (random) => (random.chance(30) ? americanPhone(random) : britishPhone(random)),
  leadNote: (random) =>
    sentence(`${random.pick(words.LEAD_WISHES)} ${random.pick(words.GOODS)}`, random.pick(words.NEXT_STEPS)),
  organizationNote: (random) => sentence(random.pick(words.COMPANY_FACTS), random.pick(words.COMPANY_TERMS)),
  personNote: (random) => sentence(random.pick(words.PERSON_FACTS), random.pick(words.PERSON_WISHES)),
};

function person(random: Random): Person {
  const first = random.pick(words.FIRST_NAMES);
  const last = random.pick(words.SURNAMES);
  const middle = random.chance(18) ? ` ${random.pick([..."ABCDEFGHJKLMNPRSTW"])}.` : "";
  return {
    fullName: `${first}${middle} ${last}`,
    contactName: `${first} ${last}`,
    mailbox: `${label(first)}.${label(last)}`,
  };
}

function organization(random: Random): Organization {
  if (random.chance(8)) return soleProprietor(random);
  const core = random.chance(25)
    ? `${random.pick(words.SURNAMES)} & ${random.pick(words.SURNAMES)}`
    : `${random.pick(words.COMPANY_MODIFIERS)} ${random.pick(words.COMPANY_NOUNS)}`;
  const name = random.chance(80) ? `${core} ${random.pick(words.COMPANY_TRADES)}` : core;
  const [short, full] = random.weighted(words.COMPANY_FORMS);
  return {
    shortName: `${name} ${short}`,
    fullName: `${name} ${full}`,
    domainLabel: label(name),
  };
}

function soleProprietor(random: Random): Organization {
  const proprietor = person(random);
  const name = `${proprietor.contactName} ${random.pick(words.COMPANY_TRADES)}`;
  return { shortName: name, fullName: name, domainLabel: label(name), proprietor };
}

function address(random: Random): string {
  const place = random.int(0, words.CITIES.length - 1);
  const house = random.int(1, 320);
  const unit = random.chance(35) ? `Unit ${random.int(1, 24)}, ` : "";
  const street = `${unit}${house} ${random.pick(words.STREETS)}, ${words.CITIES[place]}`;
  const area = words.POSTCODES[place];
  if (place >= words.FIRST_AMERICAN_CITY)
    return `${street}, ${area}${String(random.int(1, 99)).padStart(2, "0")}`;
  const inward = `${random.int(1, 9)}${random.pick([..."ABDEFGHJLN"])}${random.pick([..."PQRSTUWXYZ"])}`;
  return `${street} ${area}${random.int(1, 20)} ${inward}`;
}

function britishPhone(random: Random): string {
  return `+44${random.pick(words.BRITISH_PHONES)}${String(random.int(0, 999)).padStart(3, "0")}`;
}

function americanPhone(random: Random): string {
  return `+1${random.pick(words.AMERICAN_AREAS)}55501${String(random.int(0, 99)).padStart(2, "0")}`;
}

function sentence(first: string, second: string): string {
  return `${first}. ${second}.`;
}

/** ASCII letters and digits joined by hyphens. */
function label(text: string): string {
  const plain = text.normalize("NFD").toLowerCase();
  return plain
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
