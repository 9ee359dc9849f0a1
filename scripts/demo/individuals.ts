import type { DemoLocale, Person, Values } from "./locale.ts";
import { once } from "./once.ts";
import { present } from "./present.ts";
import type { Random } from "./random.ts";
import { personInn } from "./russian-identifiers.ts";

/** Kept by RFC 2606 for examples: nobody's mail arrives there. */
const DOMAINS = ["example.com", "example.org", "example.net"];

/** `count` people with different names and mailboxes, ready for the table individuals. */
export function individuals(locale: DemoLocale, random: Random, count: number): Values[] {
  const person = once(
    () => locale.person(random),
    (drawn) => drawn.mailbox,
  );
  const phone = once(
    () => locale.personPhone(random),
    (drawn) => drawn,
  );
  return Array.from({ length: count }, () => individual(locale, random, person(), phone()));
}

function individual(locale: DemoLocale, random: Random, person: Person, phone: string): Values {
  const sometimes = <T>(percent: number, value: T): T | undefined =>
    random.chance(percent) ? value : undefined;
  const isSoleProprietor = random.chance(14);
  return present({
    full_name: person.fullName,
    inn: locale.hasRussianIdentifiers ? sometimes(isSoleProprietor ? 95 : 35, personInn(random)) : undefined,
    city: sometimes(86, random.pick(locale.cities)),
    phone_number: sometimes(91, phone),
    email: sometimes(72, `${person.mailbox}@${random.pick(DOMAINS)}`),
    is_sole_proprietor: sometimes(92, isSoleProprietor),
    notes: sometimes(34, locale.personNote(random)),
  });
}
