import type {
  Attribute,
  AttributeKind,
  Json,
  ParseContext,
  WireContext,
} from "../../../src/domain/attribute-kinds/kind.ts";
import { InvalidValue } from "../../../src/domain/attribute-kinds/kind.ts";
import { AppError } from "../../../src/errors.ts";

export const memberId = "0192f0c1-2b3c-7d4e-8f50-123456789abc";

export const inRussia: ParseContext = { defaultCountry: "RU" };

export const members: WireContext = { memberName: (id) => (id === memberId ? "Demo Member" : undefined) };

/** Settings that a kind does not do without. */
const MUST: Readonly<Record<string, Record<string, unknown>>> = { formula: { formula_text: "'a'" } };

/** An attribute of the kind with the settings that its definition would get. */
export function attributeOf(
  kind: AttributeKind,
  raw: Record<string, unknown> = {},
  options: string[] = [],
): Attribute {
  return {
    id: "0192f0c1-0000-7000-8000-000000000001",
    entityTypeId: "0192f0c1-0000-7000-8000-000000000002",
    number: 7,
    name: "field",
    displayName: "Field",
    valueType: kind.name,
    required: false,
    unique: false,
    indexed: false,
    default: null,
    helpText: null,
    settings: kind.settingNames.includes("options")
      ? {}
      : kind.parseSettings({ ...MUST[kind.name], ...raw }, ""),
    options: options.map((value, i) => ({
      id: `0192f0c1-0000-7000-8000-${String(i).padStart(12, "0")}`,
      number: (i + 1) * 10,
      value,
      color: null,
      position: i,
    })),
    selectListId: null,
    position: 0,
  };
}

/** What parsing answers: the stored value, or the problem's code in brackets. */
export function outcome(kind: AttributeKind, raw: unknown, attribute = attributeOf(kind)): Json {
  try {
    return kind.parse(raw, attribute, inRussia);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return `<${error.code}>`;
  }
}

/** The settings, or what is wrong with them as `path code`. */
export function settingsOutcome(kind: AttributeKind, raw: Record<string, unknown>, path = ""): unknown {
  try {
    return kind.parseSettings(raw, path);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.issues.map((issue) => `${issue.path} ${issue.code}`);
  }
}
