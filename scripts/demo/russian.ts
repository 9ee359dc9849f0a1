import type { DemoLocale, Organization, Person } from "./locale.ts";
import type { Random } from "./random.ts";
import * as words from "./russian-words.ts";

/** Customers of a Russian trading company. */
export const russian: DemoLocale = {
  hasRussianIdentifiers: true,
  cities: words.CITIES,
  officeMailboxes: ["info", "office", "zakaz", "mail"],
  sources: words.SOURCES,
  rejectionReasons: words.REJECTION_REASONS,
  deal: { unit: 500, min: 30, max: 9_000 },
  turnover: { unit: 10_000, min: 80, max: 60_000 },
  person,
  organization,
  address,
  personPhone: phone,
  organizationPhone: phone,
  leadNote: (random) =>
    sentence(`${random.pick(words.LEAD_WISHES)} ${random.pick(words.GOODS)}`, random.pick(words.NEXT_STEPS)),
  organizationNote: (random) => sentence(random.pick(words.COMPANY_FACTS), random.pick(words.COMPANY_TERMS)),
  personNote: (random) => sentence(random.pick(words.PERSON_FACTS), random.pick(words.PERSON_WISHES)),
};

function person(random: Random): Person {
  const isWoman = random.chance(52);
  const first = random.pick(isWoman ? words.WOMEN : words.MEN);
  const last = surname(random.pick(words.SURNAMES), isWoman);
  const patronymic = random.pick(words.PATRONYMIC_STEMS) + (isWoman ? "на" : "ич");
  return {
    fullName: `${last} ${first} ${patronymic}`,
    contactName: random.chance(30) ? `${first} ${patronymic}` : `${first} ${last}`,
    mailbox: `${transliterate(first)}.${transliterate(last)}`,
  };
}

function surname(man: string, isWoman: boolean): string {
  if (!isWoman || man.endsWith("ко")) return man;
  return man.endsWith("ий") || man.endsWith("ый") ? `${man.slice(0, -2)}ая` : `${man}а`;
}

function organization(random: Random): Organization {
  if (random.chance(12)) return soleProprietor(random);
  const core = random.chance(35)
    ? random.pick(words.COMPANY_NAMES)
    : random.pick(words.COMPANY_PLACES) + random.pick(words.COMPANY_TRADES);
  const [short, full] = random.weighted(words.COMPANY_FORMS);
  const kind = random.weighted(words.COMPANY_KINDS);
  return {
    shortName: kind ? `${short} «${kind[0]} „${core}“»` : `${short} «${core}»`,
    fullName: kind ? `${full} «${kind[1]} „${core}“»` : `${full} «${core}»`,
    domainLabel: (kind ? `${transliterate(kind[0])}-` : "") + transliterate(core),
  };
}

function soleProprietor(random: Random): Organization {
  const proprietor = person(random);
  const [last, first, patronymic] = proprietor.fullName.split(" ");
  return {
    shortName: `ИП ${last} ${first?.slice(0, 1)}. ${patronymic?.slice(0, 1)}.`,
    fullName: `Индивидуальный предприниматель ${proprietor.fullName}`,
    domainLabel: `ip-${proprietor.mailbox.replace(".", "-")}`,
    proprietor,
  };
}

function address(random: Random): string {
  const place = random.int(0, words.CITIES.length - 1);
  const house = random.int(1, 148);
  const block = random.chance(20) ? `, корп. ${random.int(1, 4)}` : "";
  const office = random.chance(65) ? `, офис ${random.int(1, 640)}` : "";
  const postcode = `${words.POSTCODES[place]}${String(random.int(1, 399)).padStart(3, "0")}`;
  return `${postcode}, г. ${words.CITIES[place]}, ${random.pick(words.STREETS)}, д. ${house}${block}${office}`;
}

/**
 * Russia reserves no mobile numbers for fiction. These codes are taken because no operator is known to
 * hold them; besides, demo data is refused outside local development.
 */
function phone(random: Random): string {
  return `+7${random.pick(["973", "974", "975", "976"])}${String(random.int(1_000_000, 9_999_999))}`;
}

function sentence(first: string, second: string): string {
  return `${first}. ${second}.`;
}

function transliterate(text: string): string {
  return [...text.toLowerCase()].map((letter) => words.LATIN[letter] ?? letter).join("");
}
