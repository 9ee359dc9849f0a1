import { isAbsent } from "./blank.ts";
import type { AttributeKind, Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { CALENDAR, EQUALITY, ORDER, PRESENCE } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { noSettings } from "./settings.ts";

interface CalendarRules extends Pick<AttributeKind<string>, "name" | "canBeUnique" | "guess"> {
  /** The stored form, whose order as text is its order in time; throws or answers undefined for anything else. */
  read(text: string): string | undefined;
  /** Code of the problem with text that cannot be read. */
  readonly code: string;
  show?(value: string): string;
  readonly schema: Record<string, Json>;
  readonly inputSchema?: Record<string, Json>;
}

/** What date, datetime and time have in common: values are ISO text, which is its own index key. */
export function calendarKind(rules: CalendarRules): AttributeKind<string> {
  const { name, canBeUnique, guess, schema, inputSchema = schema, show = (value) => value } = rules;
  return {
    name,
    ...noSettings,
    parse(raw) {
      if (isAbsent(raw)) return null;
      const text = typeof raw === "string" ? raw.trim() : undefined;
      if (text === "") return null;
      const value = text === undefined ? undefined : rules.read(text);
      if (value === undefined) throw new InvalidValue(rules.code, { value: sampleOf(raw) });
      return value;
    },
    toWire: (value) => show(value),
    indexKey: (value) => value,
    operators: [...EQUALITY, ...ORDER, ...CALENDAR, ...PRESENCE],
    canBeUnique,
    canBeIndexed: true,
    indexedByDefault: true,
    jsonSchema: () => schema,
    inputJsonSchema: () => inputSchema,
    guess,
  };
}
