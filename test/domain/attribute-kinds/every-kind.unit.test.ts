import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttributeKind, Json } from "../../../src/domain/attribute-kinds/kind.ts";
import { InvalidValue } from "../../../src/domain/attribute-kinds/kind.ts";
import { attributeKind, attributeKinds, isKindName } from "../../../src/domain/attribute-kinds/registry.ts";
import { foldText } from "../../../src/lib/fold-text.ts";
import { capCodePoints, countCodePoints } from "../../../src/lib/unicode.ts";
import { proof } from "../../support/proof.ts";
import { attributeOf, inRussia, members } from "./fixture.ts";

const SEED = 20_251_124;
const OPTIONS = ["New", "В работе", "Отказ", "Ёлка"];

const digits = (length: number) =>
  fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((d) => d.join(""));
const moments = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const texts = fc
  .array(fc.oneof(fc.nat(0x10ffff), fc.integer({ min: 0x20, max: 0x45f })))
  .map((p) => String.fromCodePoint(...p));
const word = fc.string({ unit: fc.constantFrom(..."abzABZ019-"), minLength: 1, maxLength: 12 });

/** Wire values, most of which the kind takes. */
const wireValues: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: texts,
  text: texts,
  integer: fc.maxSafeInteger(),
  float: fc.double({ min: -(2 ** 53), max: 2 ** 53, noNaN: true }),
  boolean: fc.boolean(),
  date: moments.map((moment) => moment.toISOString().slice(0, 10)),
  datetime: fc.tuple(moments, fc.constantFrom("Z", "", "+03:00", "-11:30")).map(([moment, offset]) => {
    const text = moment.toISOString().slice(0, -1);
    return (text.endsWith(".000") ? text.slice(0, -4) : text) + offset;
  }),
  time: moments.map((moment) => moment.toISOString().slice(11, moment.getUTCMinutes() % 2 ? 16 : 19)),
  email: fc.tuple(word, word).map(([local, host]) => `${local}@${host}.com`),
  phone: digits(9).map((rest) => `8 (9${rest.slice(0, 2)}) ${rest.slice(2)}`),
  url: fc
    .tuple(fc.constantFrom("http://", "HTTPS://", ""), word, texts)
    .map(([scheme, host, path]) => `${scheme}${host}.com/${path}`),
  user: fc.oneof(fc.uuid(), fc.record({ id: fc.uuid(), full_name: fc.constant("Demo Member") })),
  select: fc.constantFrom(...OPTIONS, ...OPTIONS.map((option) => option.toUpperCase())),
  multiselect: fc.array(fc.constantFrom(...OPTIONS), { maxLength: 6 }),
  currency: fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }).map((cents) => Number(`${cents}e-2`)),
  percent: fc.double({ min: -(2 ** 53), max: 2 ** 53, noNaN: true }),
  rating: fc.integer({ min: 0, max: 6 }),
  json: fc.jsonValue({ maxDepth: 9 }),
  autonumber: fc.oneof(fc.nat(), fc.nat().map(String)),
  relation: fc.oneof(fc.uuid(), fc.record({ id: fc.uuid(), title: fc.constant("Acme") })),
  formula: texts,
};

/** What else a request may carry anywhere. */
const anyJson = fc.jsonValue({ maxDepth: 2 });

function arbitraryFor(kind: AttributeKind): fc.Arbitrary<unknown> {
  return wireValues[kind.name] ?? fc.constant(undefined);
}

function parsed(kind: AttributeKind, raw: unknown): Json {
  try {
    return kind.parse(raw, attributeOf(kind, {}, OPTIONS), inRussia);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return null;
  }
}

test("every kind has values to be tried with", () => {
  expect(Object.keys(wireValues).sort()).toEqual(attributeKinds.map((kind) => kind.name).sort());
});

describe.each(attributeKinds)("$name", (kind) => {
  const attribute = attributeOf(kind, {}, OPTIONS);

  test("takes most of what it should, and what it shows it takes again as the same value", () => {
    const numRuns = proof(
      `attribute kinds: ${kind.name} reads back what it shows`,
      { full: 10_000, reduced: 300 },
      SEED,
    );
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: arbitraryFor(kind) }, anyJson), (raw) => {
        const stored = parsed(kind, raw);
        if (stored === null) return;
        taken += 1;
        expect(kind.parse(kind.toWire(stored, attribute, members), attribute, inRussia)).toEqual(stored);
        expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
      }),
      { seed: SEED, numRuns },
    );
    expect(taken).toBeGreaterThan(numRuns / 4);
  });

  test("refuses whatever else there is with a code, and repeats little of it", () => {
    fc.assert(
      fc.property(fc.oneof(anyJson, texts, fc.string({ minLength: 200, maxLength: 3_000 })), (raw) => {
        try {
          kind.parse(raw, attribute, inRussia);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidValue);
          const { code, params } = error as InvalidValue;
          expect(code).toMatch(/^[a-z_]+$/);
          expect(countCodePoints(String(params.value ?? ""))).toBeLessThanOrEqual(64);
        }
      }),
      { seed: SEED },
    );
  });

  test("null and the empty text are blank", () => {
    for (const blank of [null, undefined, ""]) expect(kind.parse(blank, attribute, inRussia)).toBeNull();
  });

  test("keys follow values", () => {
    const compare = orders[kind.name] ?? compareFolded;
    const isText = kind.foldedText !== undefined;
    fc.assert(
      fc.property(arbitraryFor(kind), arbitraryFor(kind), (first, second) => {
        const [a, b] = [parsed(kind, first), parsed(kind, second)];
        if (a === null || b === null) return;
        const [keyA, keyB] = [kind.indexKey(a, attribute), kind.indexKey(b, attribute)];
        expect(compareKeys(keyA, keyB)).toBe(Math.sign(compare(a, b)));
        if (isText) expect(countCodePoints(String(keyA))).toBeLessThanOrEqual(200);
        if (JSON.stringify(a) === JSON.stringify(b)) expect(keyA).toBe(keyB);
      }),
      { seed: SEED },
    );
  });

  test("says which operators it has, each once, and always blank and not_blank", () => {
    expect(new Set(kind.operators).size).toBe(kind.operators.length);
    const ownOperators = { multiselect: ["has_any", "has_all", "has_none"], json: [] }[kind.name];
    expect(kind.operators).toEqual(
      expect.arrayContaining([...(ownOperators ?? ["eq", "neq"]), "blank", "not_blank"]),
    );
    expect(kind.operators.includes("contains")).toBe(kind.foldedText !== undefined);
  });

  test("only what can be indexed is indexed without being asked", () => {
    expect(kind.canBeIndexed || !(kind.indexedByDefault || kind.canBeUnique)).toBe(true);
  });
});

test("the registry knows its kinds and no others", () => {
  for (const kind of attributeKinds) {
    expect(isKindName(kind.name)).toBe(true);
    expect(attributeKind(kind.name)).toBe(kind);
  }
  for (const name of ["", "String", "__proto__", "constructor"]) {
    expect(isKindName(name)).toBe(false);
    expect(attributeKind(name)).toBeUndefined();
  }
});

test("which kinds can be unique, and which are indexed without being asked", () => {
  const names = (has: (kind: AttributeKind) => boolean) =>
    attributeKinds.filter(has).map((kind) => kind.name);
  expect(names((kind) => kind.canBeUnique)).toEqual([
    "string",
    "integer",
    "autonumber",
    "date",
    "email",
    "phone",
    "url",
  ]);
  expect(names((kind) => !kind.indexedByDefault)).toEqual([
    "text",
    "url",
    "multiselect",
    "json",
    "relation",
    "formula",
  ]);
  expect(names((kind) => !kind.canBeIndexed)).toEqual(["text", "multiselect", "json", "relation"]);
  expect(names((kind) => kind.canBeSorted === false)).toEqual(["multiselect", "json", "relation"]);
  expect(names((kind) => kind.isAssigned === true)).toEqual(["autonumber"]);
  expect(names((kind) => kind.computed !== undefined)).toEqual(["formula"]);
});

type Order = (a: Json, b: Json) => number;

const compareNumbers: Order = (a, b) => Number(a) - Number(b);
const compareTimes: Order = (a, b) => Date.parse(`${a}`) - Date.parse(`${b}`);

/** How people order the values; text by its folded form up to the length of a key. */
const orders: Readonly<Record<string, Order>> = {
  integer: compareNumbers,
  float: compareNumbers,
  boolean: compareNumbers,
  select: compareNumbers,
  currency: compareNumbers,
  percent: compareNumbers,
  rating: compareNumbers,
  autonumber: compareNumbers,
  multiselect: compareTexts,
  json: compareTexts,
  date: compareTimes,
  datetime: compareTimes,
  time: (a, b) => compareTimes(`1970-01-01T${a}Z`, `1970-01-01T${b}Z`),
};

/** Their keys put them in some order; nobody is shown it. */
function compareTexts(a: Json, b: Json): number {
  return Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b)));
}

function compareFolded(a: Json, b: Json): number {
  const [first = "", second = ""] = [a, b].map((text) => capCodePoints(foldText(String(text)), 200));
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}

/** The order of SQLite: numbers by value, text by its bytes. */
function compareKeys(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return Math.sign(a - b);
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
