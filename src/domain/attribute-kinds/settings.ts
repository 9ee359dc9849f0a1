import { type Issue, invalidInput } from "../../errors.ts";
import { isAbsent } from "./blank.ts";
import type { Attribute, AttributeKind, Json } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { sampleOf } from "./sample.ts";

/** How one of a kind's own settings is read; `read` never sees null, which stands for not set. */
export interface SettingRule {
  /** @throws InvalidValue */
  read(raw: unknown): Json;
  readonly default?: Json;
}

type SettingsPart = Pick<AttributeKind, "settingNames" | "parseSettings">;

/** The settings half of a kind. Each of `ranges` names a lower and an upper bound that must not cross. */
export function kindSettings(
  rules: Readonly<Record<string, SettingRule>>,
  ranges: readonly (readonly [string, string])[] = [],
): SettingsPart {
  return {
    settingNames: Object.keys(rules),
    parseSettings(raw, path) {
      const issues: Issue[] = [];
      const settings: Record<string, Json> = {};
      for (const [name, rule] of Object.entries(rules)) {
        const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
        const read = (): Json | undefined => (isAbsent(value) ? rule.default : rule.read(value));
        const setting = attempt(issues, settingPath(path, name), read);
        if (setting !== undefined) settings[name] = setting;
      }
      for (const [low, high] of ranges) issues.push(...crossing(settings, low, high, path));
      if (issues.length > 0) throw invalidInput(...issues);
      return settings;
    },
  };
}

/** For kinds without settings of their own. */
export const noSettings: SettingsPart = kindSettings({});

export function wholeNumberSetting(min: number, max: number, fallback?: number): SettingRule {
  return {
    default: fallback,
    read(raw) {
      if (!Number.isInteger(raw)) throw new InvalidValue("not_an_integer", { value: sampleOf(raw) });
      return withinBounds(raw as number, min, max);
    },
  };
}

export function numberSetting(min: number, max: number): SettingRule {
  return {
    read(raw) {
      if (typeof raw !== "number") throw new InvalidValue("not_a_number", { value: sampleOf(raw) });
      return withinBounds(raw, min, max);
    },
  };
}

export function choiceSetting(allowed: readonly string[]): SettingRule {
  return {
    read(raw) {
      if (typeof raw === "string" && allowed.includes(raw)) return raw;
      throw new InvalidValue("invalid_choice", { value: sampleOf(raw), allowed: allowed.join(", ") });
    },
  };
}

/** A numeric setting of an attribute; undefined where it is not set. */
export function numberOf(attribute: Attribute, setting: string): number | undefined {
  const value = attribute.settings[setting];
  return typeof value === "number" ? value : undefined;
}

export function settingPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** What `read` returns; a value that it refuses becomes an issue at the path instead. */
export function attempt<T>(issues: Issue[], path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    issues.push(error.at(path));
    return undefined;
  }
}

/** Refuses a number out of bounds. */
export function withinBounds(value: number, min: number, max: number): number {
  if (value < min) throw new InvalidValue("too_small", { value, min });
  if (value > max) throw new InvalidValue("too_big", { value, max });
  return value;
}

function crossing(settings: Record<string, Json>, low: string, high: string, path: string): Issue[] {
  const min = settings[low];
  const max = settings[high];
  if (typeof min !== "number" || typeof max !== "number" || min <= max) return [];
  return [{ path: settingPath(path, low), code: "too_big", params: { value: min, max } }];
}
