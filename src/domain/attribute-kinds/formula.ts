import { type Issue, invalidInput } from "../../errors.ts";
import { isStorableText } from "../../lib/unicode.ts";
import { isAbsent } from "./blank.ts";
import { booleanKind } from "./boolean.ts";
import { currencyKind } from "./currency.ts";
import { dateKind } from "./date.ts";
import { datetimeKind } from "./datetime.ts";
import { floatKind } from "./float.ts";
import { integerKind } from "./integer.ts";
import { type AttributeKind, InvalidValue, type Json } from "./kind.ts";
import { sampleOf } from "./sample.ts";
import { attempt, settingPath } from "./settings.ts";
import { stringKind } from "./string.ts";
import { readText, withinLength } from "./text-value.ts";
import { timeKind } from "./time.ts";

export const LONGEST_FORMULA = 2_000;
/** Of a text that a formula makes; a longer one is blank. */
export const LONGEST_RESULT = 10_000;

/** Settings that follow from the text; see domain/formulas/settle-formulas.ts. */
export const SETTLED = ["result_type", "computed_on_read", "currency", "decimals"] as const;

/** Texts of formulas may be longer than those that are typed, and have several lines. */
const textResults: AttributeKind<string> = {
  ...stringKind,
  parse(raw) {
    const text = readText(raw);
    return text === null ? null : withinLength(text, 0, LONGEST_RESULT);
  },
  jsonSchema: () => ({ type: "string", minLength: 1, maxLength: LONGEST_RESULT }),
};

const RESULTS: readonly AttributeKind[] = [
  textResults,
  integerKind,
  floatKind,
  currencyKind,
  booleanKind,
  dateKind,
  datetimeKind,
  timeKind,
];

/** Names of the kinds that results are of. */
export const RESULT_TYPES: readonly string[] = RESULTS.map(({ name }) => name);

const onWrite = new Map(RESULTS.map((kind) => [kind.name, resultsOf(kind, "on_write")]));
const onRead = new Map(RESULTS.map((kind) => [kind.name, resultsOf(kind, "on_read")]));

/**
 * A value that follows from the others of its record. `formula_text` names attributes by id, so that renaming one
 * changes nothing; the API shows their names. The other settings say what its results are.
 */
export const formulaKind: AttributeKind = {
  ...resultsOf(textResults, "on_write"),
  name: "formula",
  settingNames: ["formula_text", ...SETTLED],
  /** The text itself is read when all attributes of the type are known; what follows from it may be sent back. */
  parseSettings(raw, path, context) {
    const issues: Issue[] = [];
    // The text that is kept may be longer than any that is sent: ids stand in it for names.
    const isKept = raw.formula_text === context?.before?.formula_text && !isAbsent(raw.formula_text);
    const text = isKept
      ? String(raw.formula_text)
      : attempt(issues, settingPath(path, "formula_text"), () => readFormulaText(raw.formula_text));
    if (issues.length > 0) throw invalidInput(...issues);
    const given = SETTLED.filter((name) => !isAbsent(raw[name])).map((name) => [name, raw[name] as Json]);
    return { ...Object.fromEntries(given), formula_text: text ?? "" };
  },
  resultKind({ settings }) {
    const kinds = settings.computed_on_read === true ? onRead : onWrite;
    return kinds.get(String(settings.result_type)) ?? formulaKind;
  },
  /** What is imported cannot be written to it. */
  guess: () => 0,
};

/** The kind's values as results: they cannot be written, and are indexed only where somebody asks for it. */
function resultsOf(kind: AttributeKind, computed: "on_write" | "on_read"): AttributeKind {
  return {
    ...kind,
    computed,
    canBeUnique: false,
    indexedByDefault: false,
    inputJsonSchema: (attribute) => ({ ...kind.jsonSchema(attribute), readOnly: true }),
    ...(computed === "on_read" && {
      canBeIndexed: false,
      canBeSorted: false,
      comparesFolded: false,
      foldedText: undefined,
      operators: [],
    }),
  };
}

function readFormulaText(raw: unknown): string {
  if (isAbsent(raw) || raw === "") throw new InvalidValue("required");
  if (typeof raw !== "string")
    throw new InvalidValue("wrong_type", { expected: "string", value: sampleOf(raw) });
  if (!isStorableText(raw)) throw new InvalidValue("not_storable_text");
  return withinLength(raw.trim(), 1, LONGEST_FORMULA);
}
