import type { Issue, ProblemParams } from "../../errors.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The key of a value in an index row: numbers sort before text, and the lowest finite number stands for blank. */
export type IndexKey = string | number;

export interface SelectOption {
  readonly id: string;
  /** Immutable within its list and never reused; this is what a record stores. */
  readonly number: number;
  readonly value: string;
  readonly color: string | null;
  readonly position: number;
  /** Deleted, while a job takes it out of the records: shown where it still stands, and taken by no write. */
  readonly isLeaving?: boolean;
}

/**
 * Where the links of a relation attribute are: one row each, `source` and `target`, under the number of the front side,
 * which is the one that was defined first.
 */
export interface AttributeLink {
  /** The number of the front side's attribute. */
  readonly attribute: number;
  /** Whether the attribute is that front side, so that its records are the sources. */
  readonly isFront: boolean;
  /** Whether a source has one link at most. */
  readonly isOnePerSource: boolean;
  /** The entity type at the other side. */
  readonly otherTypeId: string;
  readonly otherType: number;
}

/** A column of an entity type, as the record engine sees it. */
export interface Attribute {
  readonly id: string;
  readonly entityTypeId: string;
  /** Unique in the tenant and never reused; `a<number>` is the key of the value in a record's JSON. */
  readonly number: number;
  readonly name: string;
  readonly displayName: string;
  readonly valueType: string;
  readonly required: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  /** In stored form, or a token (`today`, `now`, `$me`) for what is not known before a record is created. */
  readonly default: Json;
  readonly helpText: string | null;
  /** The kind's own settings, checked by its `settings` schema when the attribute was defined. */
  readonly settings: Readonly<Record<string, Json>>;
  /** For kinds with options: the list that they stand in, shared or the attribute's own. */
  readonly selectListId: string | null;
  /** For kinds with options: all of them, in their order. */
  readonly options: readonly SelectOption[];
  readonly position: number;
  /** Of a relation, whose values are links. */
  readonly link?: AttributeLink | undefined;
  /** The job that works on it at present. */
  readonly jobId?: string | undefined;
  /** The rows that the job is making: writers keep them already, readers do not count on them yet. */
  readonly building?: { readonly index: boolean; readonly unique: boolean } | undefined;
  /** What it becomes when the job that converts its values is done: the same attribute under a number of its own. */
  readonly successor?: Attribute | undefined;
  /** The number under which it was kept before it was converted, while a job takes away what is left of that. */
  readonly formerNumber?: number | undefined;
}

/** What parsing may depend on besides the value itself. */
export interface ParseContext {
  /** ISO 3166-1 alpha-2; how phone numbers without a country code are read. */
  readonly defaultCountry: string;
}

/** What settings may be completed from. */
export interface SettingsContext {
  /** The tenant's own, ISO 4217. */
  readonly currency: string;
  /** The settings that the attribute has, when they are changed. */
  readonly before?: Readonly<Record<string, Json>>;
}

/** Names of what stored ids point at, for kinds that show more than they store. */
export interface WireContext {
  memberName(id: string): string | undefined;
}

export type Operator =
  | "eq"
  | "neq"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "in"
  | "not_in"
  | "between"
  | "contains"
  | "not_contains"
  | "starts_with"
  | "ends_with"
  | "blank"
  | "not_blank"
  | "is"
  | "is_not"
  | "is_before"
  | "is_after"
  | "is_on_or_before"
  | "is_on_or_after"
  | "is_within"
  | "has_any"
  | "has_all"
  | "has_none";

/** A value that does not fit its attribute. The path is added by whoever knows where the value stood. */
export class InvalidValue extends Error {
  readonly code: string;
  readonly params: ProblemParams;

  constructor(code: string, params: ProblemParams = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }

  at(path: string): Issue {
    return { path, code: this.code, params: this.params };
  }
}

/**
 * One kind of attribute: all that the record engine needs to know about it.
 * `Stored` is what stands in a record's JSON; a blank value is never stored, so no method sees null.
 */
export interface AttributeKind<Stored extends Json = Json> {
  readonly name: string;
  /**
   * Checks the kind's own settings of an attribute definition and fills in defaults. `path` is where the definition
   * stands on the wire, empty for the body itself.
   * @throws AppError invalid_input with an issue per setting that is wrong.
   */
  parseSettings(
    raw: Readonly<Record<string, unknown>>,
    path: string,
    context?: SettingsContext,
  ): Record<string, Json>;
  /** Names of the settings that `parseSettings` reads; anything else in a definition is an unknown field. */
  readonly settingNames: readonly string[];
  /** Those of the settings that stored values depend on, so that they stay what they were when it was defined. */
  readonly fixedSettings?: readonly string[];
  /**
   * For kinds whose values depend on settings, such as those that are computed: the kind of an attribute's values, which
   * says all but the settings.
   */
  resultKind?(attribute: Pick<Attribute, "settings">): AttributeKind;
  /** Whether the database gives the values: they cannot be written, and are always unique and indexed. */
  readonly isAssigned?: boolean;
  /**
   * For values that follow from the record's others: they cannot be written. Those computed on read are stored nowhere,
   * so that no list can go by them.
   */
  readonly computed?: "on_write" | "on_read";
  /**
   * Reads a wire value. Returns null for blank (null, and `''` where the kind has text form).
   * @throws InvalidValue saying what would be right.
   */
  parse(raw: unknown, attribute: Attribute, context: ParseContext): Stored | null;
  /** What the API shows for a stored value. */
  toWire(value: Stored, attribute: Attribute, context: WireContext): Json;
  /**
   * The normalised key that equality and order compare. Text keys are folded and capped at 200 code points, so
   * equality has to be checked again on the value (or its folded text) where the key is that long.
   */
  indexKey(value: Stored, attribute: Attribute): IndexKey;
  /**
   * Whether equality and order go by the folded text; the index key then is that text, cut off. Otherwise they go by
   * the stored value, which is its own index key (true and false are 1 and 0). Lists compare records without the
   * index by the same rule.
   */
  readonly comparesFolded?: boolean;
  /** The key of the constraint where it differs from `indexKey`: nothing cut off, and case kept where case matters. */
  uniqueKey?(value: Stored, attribute: Attribute): IndexKey;
  /** The folded text that search and text operators compare; undefined where the kind has none. */
  foldedText?(value: Stored, attribute: Attribute): string;
  /** How an operand of `contains`, `starts_with` and `ends_with` is folded; `foldText` where the kind does not say. */
  foldOperand?(operand: string): string;
  readonly operators: readonly Operator[];
  readonly canBeUnique: boolean;
  readonly canBeIndexed: boolean;
  readonly indexedByDefault: boolean;
  /** False for kinds whose values are in no order; true where the kind does not say. */
  readonly canBeSorted?: boolean;
  /** JSON Schema of the wire value in a response (without null). */
  jsonSchema(attribute: Attribute): Record<string, Json>;
  /** JSON Schema of the wire value in a request (without null). */
  inputJsonSchema(attribute: Attribute): Record<string, Json>;
  /** How sure one is (0..1) that these texts of a column, none of them empty, are values of this kind. */
  guess(samples: readonly string[]): number;
}
