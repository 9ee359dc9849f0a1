import { foldText } from "../../lib/fold-text.ts";
import { shareOf, succeeds } from "./guess.ts";
import type { AttributeKind } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { EQUALITY, PRESENCE, SUBSTRING } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { noSettings } from "./settings.ts";
import { readLine, textKey, withinLength } from "./text-value.ts";

const LONGEST = 2_048;
const WEB_ADDRESS = /^(https?:\/\/[^/?#]+)(.*)$/i;
/** `mailto:`, `javascript:` and the like; `example.com:8080` is a host and its port. */
const OTHER_SCHEME = /^[a-z][a-z\d+.-]*:(?!\d)/i;

/** A web address as it was typed, save that scheme and host are in lower case and `https://` is added if missing. */
export const urlKind: AttributeKind<string> = {
  name: "url",
  ...noSettings,
  parse: (raw) => readUrl(raw),
  toWire: (value) => value,
  indexKey: textKey,
  comparesFolded: true,
  /** Paths are case-sensitive, so two addresses that fold alike may well be two pages. */
  uniqueKey: (value) => value,
  foldedText: foldText,
  operators: [...EQUALITY, ...SUBSTRING, ...PRESENCE],
  canBeUnique: true,
  canBeIndexed: true,
  indexedByDefault: false,
  jsonSchema: () => ({ type: "string", format: "iri", pattern: "^https?://", maxLength: LONGEST }),
  inputJsonSchema: () => ({ type: "string", maxLength: LONGEST, examples: ["https://example.com"] }),
  guess: (samples) =>
    shareOf(samples, (text) => /^(https?:\/\/|www\.)/i.test(text) && succeeds(() => readUrl(text))),
};

function readUrl(raw: unknown): string | null {
  const line = readLine(raw);
  if (line === null) return null;
  const isBare = !WEB_ADDRESS.test(line) && !OTHER_SCHEME.test(line);
  const [, origin = "", rest = ""] = WEB_ADDRESS.exec(isBare ? `https://${line}` : line) ?? [];
  const address = origin.toLowerCase() + rest;
  withinLength(address, 0, LONGEST);
  // The parser would mend white space and backslashes in its own way; then it is not the address that was typed.
  const url = /[\s\\]/.test(address) ? null : URL.parse(address);
  if (!url || (isBare && !url.hostname.includes("."))) {
    throw new InvalidValue("not_a_url", { value: sampleOf(line) });
  }
  if (origin.includes("@")) throw new InvalidValue("url_with_credentials");
  return address;
}
