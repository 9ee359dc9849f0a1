import { dayAt, startOfDay } from "../../lib/time-zone.ts";
import type { Attribute, Json } from "./kind.ts";

/** Who creates a record, and when and where: what the tokens mean. */
export interface CreationContext {
  readonly memberId: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly now: Date;
}

type Meaning = (context: CreationContext) => string;

const today: Meaning = ({ now, timeZone }) => dayAt(now, timeZone);
const midnight: Meaning = (context) => new Date(startOfDay(today(context), context.timeZone)).toISOString();

/** By kind: defaults that are not known before a record is created, with the stored value that they stand for. */
const TOKENS: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  date: { today },
  datetime: { now: ({ now }) => now.toISOString(), today: midnight },
  user: { $me: ({ memberId }) => memberId },
};

/** Whether a default of this kind is such a token; it is kept as it is. */
export function isDefaultToken(valueType: string, value: unknown): value is string {
  return meaningOf(valueType, value) !== undefined;
}

/** The default in stored form; null for none. */
export function resolveDefault(attribute: Attribute, context: CreationContext): Json {
  return meaningOf(attribute.valueType, attribute.default)?.(context) ?? attribute.default;
}

function meaningOf(valueType: string, value: unknown): Meaning | undefined {
  const tokens = Object.hasOwn(TOKENS, valueType) ? TOKENS[valueType] : undefined;
  return tokens && typeof value === "string" && Object.hasOwn(tokens, value) ? tokens[value] : undefined;
}
