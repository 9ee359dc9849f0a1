import fc from "fast-check";
import { expect, test } from "vitest";
import type { Attribute, Json } from "../../../src/domain/attribute-kinds/kind.ts";
import { kindOf } from "../../../src/domain/attribute-kinds/registry.ts";
import { valueKey } from "../../../src/domain/entity-types/entity-type.ts";
import { withResultsOnRead, withStoredResults } from "../../../src/domain/formulas/calculate.ts";
import { FUNCTION_NAMES } from "../../../src/domain/formulas/functions.ts";
import { parseFormula } from "../../../src/domain/formulas/parse.ts";
import { type BinaryOperator, type Expression, OPERATORS } from "../../../src/domain/formulas/syntax.ts";
import { AppError } from "../../../src/errors.ts";
import {
  add,
  compare,
  type Decimal,
  decimalOf,
  divide,
  multiply,
  toNumber,
  toPlainText,
} from "../../../src/lib/decimal.ts";
import { proof } from "../../support/proof.ts";
import { fields, now, timeZone, withFormulas } from "./fixture.ts";

const SEED = 20_251_125;

const usable = fields.filter(
  ({ valueType }) => !["user", "multiselect", "json", "autonumber"].includes(valueType),
);

const number = fc
  .oneof(
    fc.nat(1_000),
    fc.integer({ min: 0, max: 10 ** 6 }).map((n) => n / 1_000),
  )
  .map(decimalOf);
const text = fc.string({ unit: fc.constantFrom(..."aЁ'\"{} \\😀"), maxLength: 6 });
const at = fc.constant(0);

/** Any formula at all, right or wrong in its types. */
const { expression: anyExpression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthIdentifier: "formula" },
    fc.record({
      type: fc.constant("literal" as const),
      value: fc.oneof(number, text, fc.boolean(), fc.constant(null)),
      at,
    }),
    fc.record({
      type: fc.constant("field" as const),
      name: fc.constantFrom(...fields.map(({ name }) => name)),
      at,
    }),
    fc.record({ type: fc.constant("negative" as const), of: tie("expression"), at }),
    fc.record({
      type: fc.constant("binary" as const),
      operator: fc.constantFrom(...OPERATORS),
      left: tie("expression"),
      right: tie("expression"),
      at,
    }),
    fc.record({
      type: fc.constant("call" as const),
      name: fc.constantFrom(...FUNCTION_NAMES),
      args: fc.array(tie("expression"), { maxLength: 3 }),
      at,
    }),
  ),
}));

const POWERS: Readonly<Record<BinaryOperator, number>> = {
  "=": 1,
  "!=": 1,
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "&": 2,
  "+": 3,
  "-": 3,
  "*": 4,
  "/": 4,
  "%": 4,
};

/** The formula's text with no more parentheses than it needs. */
function print(expression: Expression, power = 0): string {
  switch (expression.type) {
    case "literal": {
      const { value } = expression;
      if (value === null) return "NULL";
      if (typeof value === "boolean") return value ? "TRUE" : "false";
      return typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : toPlainText(value);
    }
    case "field":
      return `{${expression.name}}`;
    case "negative":
      return `-${print(expression.of, 5)}`;
    case "call":
      return `${expression.name}(${expression.args.map((arg) => print(arg)).join(", ")})`;
    case "binary": {
      const own = POWERS[expression.operator];
      const written = `${print(expression.left, own)} ${expression.operator} ${print(expression.right, own + 1)}`;
      return own < power ? `(${written})` : written;
    }
  }
}

/** Without places, and with numbers that can be compared. */
function bare(expression: Expression): unknown {
  const { at: _at, ...rest } = expression;
  switch (rest.type) {
    case "literal":
      return typeof rest.value === "object" && rest.value !== null ? toPlainText(rest.value) : rest;
    case "negative":
      return { ...rest, of: bare(rest.of) };
    case "binary":
      return { ...rest, left: bare(rest.left), right: bare(rest.right) };
    case "call":
      return { ...rest, args: rest.args.map(bare) };
    default:
      return rest;
  }
}

test("what is printed reads back as the same formula", () => {
  const numRuns = proof("formulas: what is printed reads back", { full: 50_000, reduced: 1_000 }, SEED);
  fc.assert(
    fc.property(anyExpression, (expression) => {
      expect(bare(parseFormula(print(expression)))).toEqual(bare(expression));
    }),
    { seed: SEED, numRuns },
  );
});

type Typed = "number" | "money" | "text" | "boolean" | "date" | "datetime";

const named = (...kinds: string[]) =>
  fc.constantFrom(
    ...usable.filter(({ valueType }) => kinds.includes(valueType)).map(({ name }) => `{${name}}`),
  );
const rubles = fc.constantFrom("{price}", "{fee}");
const units = fc.constantFrom("'days'", "'weeks'", "'months'", "'quarters'", "'years'");

/** Formulas whose types fit, as texts. */
const typed = fc.letrec<Record<Typed, string>>((tie) => {
  const limits = { maxDepth: 4, depthIdentifier: "typed" } as const;
  const f = (shape: TemplateStringsArray, ...parts: fc.Arbitrary<string>[]) =>
    fc.tuple(...parts).map((texts) => String.raw({ raw: shape.raw }, ...texts));
  const any = fc.oneof(...(["number", "money", "text", "boolean", "date"] as const).map((one) => tie(one)));
  const n = tie("number");
  const m = tie("money");
  const t = tie("text");
  const b = tie("boolean");
  const d = tie("date");
  const calendar = fc.oneof(tie("date"), tie("datetime"));
  return {
    number: fc.oneof(
      limits,
      fc.oneof(
        number.map((value) => toPlainText(value)),
        named("integer", "rating", "float", "percent"),
      ),
      f`(${n} + ${n})`,
      f`(${n} - ${n})`,
      f`(${n} * ${n})`,
      f`(${n} / ${n})`,
      f`(${n} % ${n})`,
      f`-${n}`,
      f`ROUND(${n})`,
      f`ROUND(${n}, ${n})`,
      f`FLOOR(${n})`,
      f`CEIL(${n})`,
      f`ABS(${n})`,
      f`(${m} / ${m})`,
      f`MIN(${n}, ${n}, NULL)`,
      f`COALESCE(${n}, ${n})`,
      f`IF(${b}, ${n})`,
      f`LEN(${t})`,
      f`DATEDIFF(${calendar}, ${d}, ${units})`,
      f`DATEDIFF(${tie("datetime")}, ${tie("datetime")}, 'seconds')`,
      f`YEAR(${calendar})`,
      f`MONTH(${calendar})`,
      f`DAY(${calendar})`,
    ),
    money: fc.oneof(
      limits,
      rubles,
      f`(${m} + ${m})`,
      f`(${m} - ${n})`,
      f`(${m} * ${n})`,
      f`(${m} / ${n})`,
      f`(${m} % ${m})`,
      f`MAX(${m}, ${n})`,
      f`IF(${b}, ${m}, 0)`,
      f`ROUND(${m}, ${n})`,
      f`-${m}`,
    ),
    text: fc.oneof(
      limits,
      named("string", "text", "email", "select"),
      text.filter((value) => value !== "").map((value) => `"${value.replaceAll('"', '""')}"`),
      f`(${any} & ${any})`,
      f`CONCAT(${any}, ${any}, ${any})`,
      f`UPPER(${t})`,
      f`LOWER(${t})`,
      f`TRIM(${t})`,
    ),
    boolean: fc.oneof(
      limits,
      named("boolean"),
      fc.constantFrom("TRUE", "FALSE"),
      f`(${n} < ${n})`,
      f`(${m} >= ${n})`,
      f`(${t} = ${t})`,
      f`(${calendar} != ${d})`,
      f`({opens} > {opens})`,
      f`AND(${b}, ${b})`,
      f`OR(${b}, NULL)`,
      f`NOT(${b})`,
      f`ISBLANK(${any})`,
    ),
    date: fc.oneof(
      limits,
      named("date"),
      fc.constant("TODAY()"),
      f`DATEADD(${d}, ${n}, ${units})`,
      f`MAX(${d}, ${d})`,
    ),
    datetime: fc.oneof(
      limits,
      named("datetime"),
      f`DATEADD(${tie("datetime")}, ${n}, ${units})`,
      f`DATEADD(${tie("datetime")}, ${n}, 'minutes')`,
    ),
  };
});

const moments = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59Z"),
  noInvalidDate: true,
});

/** Stored values of an attribute, extreme ones among them. */
function valuesOf({ valueType }: Attribute): fc.Arbitrary<Json> {
  switch (valueType) {
    case "integer":
      return fc.maxSafeInteger();
    case "rating":
      return fc.integer({ min: 1, max: 5 });
    case "float":
    case "percent":
      return fc.double({ min: -(2 ** 53), max: 2 ** 53, noNaN: true });
    case "currency":
      return fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 });
    case "boolean":
      return fc.boolean();
    case "date":
      return moments.map((moment) => moment.toISOString().slice(0, 10));
    case "datetime":
      return moments.map((moment) => moment.toISOString());
    case "time":
      return moments.map((moment) => moment.toISOString().slice(11, 19));
    case "select":
      return fc.integer({ min: 1, max: 4 });
    default:
      return fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  }
}

const records = fc
  .record(Object.fromEntries(usable.map((attribute) => [valueKey(attribute), valuesOf(attribute)])), {
    requiredKeys: [],
  })
  .map((data) => data as Record<string, Json>);

function isSmall(written: string): boolean {
  try {
    parseFormula(written);
    return true;
  } catch (error) {
    expect((error as Error).message).toMatch(/^too_(deep|many_items)$/);
    return false;
  }
}

test("whatever the values, a formula whose types fit gives a value of its kind or a blank", () => {
  const numRuns = proof("formulas: results are of their kind", { full: 50_000, reduced: 1_000 }, SEED);
  let given = 0;
  const formulas = fc.oneof(...Object.values(typed));
  fc.assert(
    fc.property(formulas, records, (written, data) => {
      fc.pre(isSmall(written));
      const attributes = withFormulas({ result: written });
      const formula = attributes.at(-1) as Attribute;
      const when = { now, timeZone };
      const all = withResultsOnRead(attributes, withStoredResults(attributes, data, when), when);
      const stored = all[valueKey(formula)];
      if (stored === undefined) return;
      given += 1;
      const kind = kindOf(formula);
      const wire = kind.toWire(stored, formula, { memberName: () => undefined });
      expect(kind.parse(wire, formula, { defaultCountry: "RU" })).toEqual(stored);
      expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
    }),
    { seed: SEED, numRuns },
  );
  expect(given).toBeGreaterThan(numRuns / 4);
});

test("whatever is written, it is taken or refused with codes", () => {
  const numRuns = proof("formulas: garbage is refused with codes", { full: 50_000, reduced: 1_000 }, SEED);
  const tokens = fc
    .array(
      fc.constantFrom(
        ...OPERATORS,
        ...FUNCTION_NAMES,
        "{price}",
        "{title}",
        "{due}",
        "{",
        "}",
        "'",
        '"',
        "(",
        ")",
        ",",
        ";",
        "1",
        ".",
        "'days'",
        "TRUE",
        "NULL",
        " ",
        "x",
        "😀",
        "\0",
        "__proto__",
        "{__proto__}",
        "constructor(",
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(""));
  const written = fc.oneof(
    tokens,
    fc.string({ unit: "binary" }),
    anyExpression.map((one) => print(one)),
  );
  fc.assert(
    fc.property(written, (formula) => {
      try {
        withFormulas({ result: formula });
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).code).toBe("invalid_input");
        for (const { code, params } of (error as AppError).issues) {
          expect(code).toMatch(/^(formula_[a-z_]+|too_deep|too_many_items)$/);
          expect(params?.position).toBeGreaterThanOrEqual(1);
        }
      }
    }),
    { seed: SEED, numRuns },
  );
});

test("decimals calculate as fractions of integers do", () => {
  const cents = fc.maxSafeInteger();
  const made = (value: number, exponent: number): Decimal => ({ digits: BigInt(value), exponent });
  fc.assert(
    fc.property(cents, cents, fc.integer({ min: -8, max: 8 }), (a, b, exponent) => {
      const sum = add(made(a, exponent), made(b, exponent));
      expect(sum && compare(sum, { digits: BigInt(a) + BigInt(b), exponent })).toBe(0);
      const product = multiply(made(a, exponent), made(b, 0));
      expect(product && compare(product, { digits: BigInt(a) * BigInt(b), exponent })).toBe(0);
      const quotient = product && b !== 0 ? divide(product, made(b, 0)) : made(a, exponent);
      expect(quotient && compare(quotient, made(a, exponent))).toBe(0);
    }),
    { seed: SEED },
  );
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(toNumber(decimalOf(value))).toBe(value + 0);
    }),
    { seed: SEED },
  );
});
