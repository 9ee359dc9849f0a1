import { type Issue, invalidInput } from "../../errors.ts";
import { decimalsOf, isCurrency, toMajor, toMinor } from "../../lib/money.ts";
import { isBlank } from "./blank.ts";
import { shareOf } from "./guess.ts";
import type { Attribute, AttributeKind } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { numberSchema } from "./number-value.ts";
import { EQUALITY, ORDER, PRESENCE } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { attempt, kindSettings, numberOf, numberSetting, settingPath, withinBounds } from "./settings.ts";

/** Fifteen digits are what every number of JSON and JavaScript keeps, whatever the place of its point. */
const MOST_MINOR = 10 ** 15 - 1;

const settingsOfKind = kindSettings(
  {
    currency: { read: readCurrency },
    min: numberSetting(-MOST_MINOR, MOST_MINOR),
    max: numberSetting(-MOST_MINOR, MOST_MINOR),
  },
  [["min", "max"]],
);

/** An amount of money, exact: stored in the currency's minor units (kopecks, cents, fils), shown in major ones. */
export const currencyKind: AttributeKind<number> = {
  name: "currency",
  settingNames: [...settingsOfKind.settingNames, "decimals"],
  fixedSettings: ["currency", "decimals"],
  /** `decimals` is the currency's own; kept with the attribute, so that what is stored means the same for ever. */
  parseSettings({ decimals: given, ...raw }, path, context) {
    const { currency = context?.currency ?? "RUB", ...bounds } = settingsOfKind.parseSettings(raw, path);
    const decimals = context?.before?.decimals ?? decimalsOf(String(currency));
    const issues: Issue[] = [];
    if (given !== undefined && given !== null && given !== decimals) {
      issues.push({ path: settingPath(path, "decimals"), code: "read_only" });
    }
    for (const [name, bound] of Object.entries(bounds)) {
      attempt(issues, settingPath(path, name), () => readAmount(bound, Number(decimals), String(currency)));
    }
    if (issues.length > 0) throw invalidInput(...issues);
    return { currency, decimals, ...bounds };
  },
  parse(raw, attribute) {
    if (isBlank(raw)) return null;
    const { min, max } = boundsIn(attribute);
    const minor = readAmount(raw, places(attribute), String(attribute.settings.currency));
    withinBounds(raw as number, min, max);
    return minor;
  },
  toWire: (value, attribute) => toMajor(value, places(attribute)),
  indexKey: (value) => value,
  operators: [...EQUALITY, ...ORDER, ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: (attribute) => numberSchema("number", widest(attribute)),
  inputJsonSchema: (attribute) => ({
    ...numberSchema("number", boundsIn(attribute)),
    description: `${attribute.settings.currency}, decimal places: ${places(attribute)}`,
  }),
  /** Numbers beside the sign of a currency; bare ones may be anything. */
  guess: (samples) => shareOf(samples, isAmount),
};

/** The amount in minor units. @throws InvalidValue */
function readAmount(raw: unknown, decimals: number, currency: string): number {
  if (typeof raw !== "number") throw new InvalidValue("not_a_number", { value: sampleOf(raw) });
  if (!Number.isFinite(raw)) throw new InvalidValue("not_finite");
  const most = toMajor(MOST_MINOR, decimals);
  withinBounds(raw, -most, most);
  const minor = toMinor(raw, decimals);
  if (minor === undefined)
    throw new InvalidValue("too_many_decimals", { value: raw, max: decimals, currency });
  return minor;
}

function readCurrency(raw: unknown): string {
  const code = typeof raw === "string" ? raw.trim().toUpperCase() : "";
  if (!isCurrency(code)) throw new InvalidValue("not_a_currency", { value: sampleOf(raw) });
  return code;
}

function places(attribute: Attribute): number {
  return numberOf(attribute, "decimals") ?? 2;
}

function widest(attribute: Attribute): { min: number; max: number } {
  const most = toMajor(MOST_MINOR, places(attribute));
  return { min: -most, max: most };
}

function boundsIn(attribute: Attribute): { min: number; max: number } {
  const { min, max } = widest(attribute);
  return { min: numberOf(attribute, "min") ?? min, max: numberOf(attribute, "max") ?? max };
}

function isAmount(text: string): boolean {
  const number = text.replace(/^[₽$€£¥₸₴]\s?|\s?([₽$€£¥₸₴]|руб\.?|р\.)$/iu, "");
  return number !== text && /^[+-]?\d{1,3}([\u00a0\u202f ,]?\d{3})*([.,]\d{1,3})?$/.test(number);
}
