import { foldText } from "../../lib/fold-text.ts";
import { shareOf, succeeds } from "./guess.ts";
import type { AttributeKind } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { EQUALITY, PRESENCE, SUBSTRING } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { noSettings } from "./settings.ts";
import { readLine, textKey, withinLength } from "./text-value.ts";

/** RFC 5321: 254 in all, 64 before the @. */
const LONGEST = 254;
const LOCAL_PART = /^(?!\.)(?!.*\.\.)[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)$/u;
const DOMAIN_LABEL = /^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?<!-)$/u;

/** A mailbox that could get mail from the internet; international names (`почта@пример.рф`) included. */
export const emailKind: AttributeKind<string> = {
  name: "email",
  ...noSettings,
  parse: (raw) => readEmail(raw),
  toWire: (value) => value,
  indexKey: textKey,
  comparesFolded: true,
  uniqueKey: (value) => value.toLowerCase(),
  foldedText: foldText,
  operators: [...EQUALITY, ...SUBSTRING, ...PRESENCE],
  canBeUnique: true,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => ({ type: "string", format: "idn-email", maxLength: LONGEST }),
  inputJsonSchema: () => ({ type: "string", format: "idn-email", maxLength: LONGEST }),
  guess: (samples) => shareOf(samples, (text) => succeeds(() => readEmail(text))),
};

/** The address with its domain in lower case; null for blank. */
export function readEmail(raw: unknown): string | null {
  const line = readLine(raw);
  if (line === null) return null;
  withinLength(line, 0, LONGEST);
  const at = line.lastIndexOf("@");
  const local = line.slice(0, at);
  const domain = line.slice(at + 1).toLowerCase();
  if (at < 1 || !LOCAL_PART.test(local) || !isDomain(domain)) {
    throw new InvalidValue("not_an_email", { value: sampleOf(line) });
  }
  return `${local}@${domain}`;
}

function isDomain(domain: string): boolean {
  const labels = domain.split(".");
  const top = labels.at(-1) ?? "";
  return (
    labels.length >= 2 &&
    top.length >= 2 &&
    !/^\d/.test(top) &&
    labels.every((label) => DOMAIN_LABEL.test(label))
  );
}
