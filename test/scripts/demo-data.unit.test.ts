import { createHash } from "node:crypto";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import type { Values } from "../../scripts/demo/locale.ts";
import { seededRandom } from "../../scripts/demo/random.ts";
import { demoCompany } from "../../scripts/demo-data.ts";
import { STANDARD_ENTITY_TYPES } from "../../src/domain/entity-types/standard-types.ts";

/** Worked out by hand, so that the test does not rest on the generator's sums; nobody's numbers. */
const KNOWN_GOOD = { inn10: "1234567894", inn12: "123456789047", ogrn: "1234567890127" };

function innIsValid(inn: string): boolean {
  const check = (weights: readonly number[]) =>
    (weights.reduce((sum, weight, at) => sum + weight * Number(inn[at]), 0) % 11) % 10;
  const last = (from: number) => Number(inn[inn.length - from]);
  if (/^\d{10}$/.test(inn)) return check([2, 4, 10, 3, 5, 9, 4, 6, 8]) === last(1);
  if (!/^\d{12}$/.test(inn)) return false;
  const eleventh = check([7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
  const twelfth = check([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
  return eleventh === last(2) && twelfth === last(1);
}

function ogrnIsValid(ogrn: string): boolean {
  return /^[15]\d{12}$/.test(ogrn) && (Number(ogrn.slice(0, 12)) % 11) % 10 === Number(ogrn[12]);
}

function column(rows: readonly Values[], name: string): string[] {
  return rows.filter((row) => row[name] !== undefined).map((row) => String(row[name]));
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}

function sha256(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

describe("the test's own checksums", () => {
  it("accept known numbers and refuse them with one digit changed", () => {
    expect(innIsValid(KNOWN_GOOD.inn10)).toBe(true);
    expect(innIsValid(KNOWN_GOOD.inn12)).toBe(true);
    expect(ogrnIsValid(KNOWN_GOOD.ogrn)).toBe(true);
    expect(innIsValid("1234567895")).toBe(false);
    expect(innIsValid("123456789057")).toBe(false);
    expect(ogrnIsValid("1234567890128")).toBe(false);
  });
});

describe("seededRandom", () => {
  it("draws whole numbers over the entire range and repeats itself for the same seed only", () => {
    const draw = (seed: string) => {
      const random = seededRandom(seed);
      return Array.from({ length: 600 }, () => random.int(1, 6));
    };
    expect(new Set(draw("a"))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a")).not.toEqual(draw("b"));
  });

  it("keeps to the weights it is given", () => {
    const random = seededRandom("weights");
    const drawn = Array.from({ length: 4_000 }, () =>
      random.weighted([
        ["often", 9],
        ["rarely", 1],
      ] as const),
    );
    const rare = drawn.filter((choice) => choice === "rarely").length;
    expect(rare).toBeGreaterThan(300);
    expect(rare).toBeLessThan(500);
  });
});

// A changed hash means that the demo data changed: intended or not, say so in the commit.
describe.each([
  { name: "ru", hash: "74972819c67488d469443762ccc25f1bbaad4ce701e3030edc4c11c8b8b718a4", countries: ["RU"] },
  {
    name: "en",
    hash: "d4b91d9b59e37226fd603d96d82f389d73d010473a5c7c174aa19668c570ec6c",
    countries: ["GB", "US"],
  },
] as const)("the $name demo company", ({ name, hash, countries }) => {
  const company = demoCompany(name);
  const tables = Object.entries(company) as [keyof typeof company, Values[]][];

  it("is the same every time and on every machine", () => {
    expect(sha256(demoCompany(name))).toBe(sha256(company));
    expect(sha256(company)).toBe(hash);
  });

  it("is big enough", () => {
    expect(company.leads.length).toBeGreaterThanOrEqual(300);
    expect(company.individuals.length).toBeGreaterThanOrEqual(200);
    expect(company.legal_entities.length).toBeGreaterThanOrEqual(100);
  });

  it("names only attributes of the standard types, in their kinds, and every required one", () => {
    for (const [table, rows] of tables) {
      const type = STANDARD_ENTITY_TYPES.find((candidate) => candidate.name === table);
      const attributes = new Map(type?.attributes.map((attribute) => [attribute.name, attribute]));
      for (const row of rows) {
        for (const [attributeName, value] of Object.entries(row)) {
          const attribute = attributes.get(attributeName);
          const expected = { float: "number", integer: "number", boolean: "boolean" }[
            attribute?.valueType ?? ""
          ];
          expect(attribute, `${table}.${attributeName}`).toBeDefined();
          expect(typeof value, `${table}.${attributeName}`).toBe(expected ?? "string");
          if (attribute?.options) expect(attribute.options).toContain(value);
          if (attribute?.valueType === "date") expect(value).toMatch(/^(19|20)\d\d-[01]\d-[0-3]\d$/);
        }
        for (const attribute of attributes.values()) {
          if (attribute.required) expect(row[attribute.name], `${table}.${attribute.name}`).toBeTruthy();
        }
      }
    }
  });

  it("fills every attribute somewhere and leaves the optional ones blank somewhere", () => {
    const foreign = name === "en" ? ["inn", "kpp", "ogrn"] : [];
    const alwaysThere = ["lead_status", "status", ...(name === "ru" ? ["legal_entities.inn"] : [])];
    for (const { name: table, attributes } of STANDARD_ENTITY_TYPES) {
      const rows = company[table as keyof typeof company];
      for (const attribute of attributes) {
        const filled = column(rows, attribute.name).length;
        const where = `${table}.${attribute.name}`;
        if (foreign.includes(attribute.name)) {
          expect(filled, where).toBe(0);
          continue;
        }
        expect(filled, where).toBeGreaterThan(0);
        if (attribute.required || alwaysThere.includes(attribute.name) || alwaysThere.includes(where))
          continue;
        expect(filled, where).toBeLessThan(rows.length);
      }
    }
  });

  it("has valid telephone numbers of its countries, in E.164", () => {
    const phones = tables.flatMap(([, rows]) => [
      ...column(rows, "contact_number"),
      ...column(rows, "phone_number"),
    ]);
    expect(phones.length).toBeGreaterThan(500);
    for (const phone of phones) {
      const parsed = parsePhoneNumberFromString(phone);
      expect(parsed?.isValid(), phone).toBe(true);
      expect(parsed?.number).toBe(phone);
      expect(countries, phone).toContain(parsed?.country);
      // Mobile in Russia; kept for fiction by the regulators of Britain and America.
      expect(phone).toMatch(/^\+79\d{9}$|^\+1\d{3}55501\d\d$|^\+44(20|1\d\d|28|29)\d+$/);
    }
  });

  it("writes only to reserved domains", () => {
    const emails = tables.flatMap(([, rows]) => column(rows, "email"));
    expect(emails.length).toBeGreaterThan(300);
    for (const email of emails) {
      expect(email).toMatch(
        /^[a-z0-9]+([.-][a-z0-9]+)*@(example\.(com|org|net)|[a-z0-9]+(-[a-z0-9]+)*\.example)$/,
      );
    }
    for (const website of column(company.legal_entities, "website")) {
      expect(website).toMatch(/^https:\/\/[a-z0-9]+(-[a-z0-9]+)*\.example$/);
    }
  });

  it("has variety", () => {
    expect(distinct(column(company.leads, "organization_name"))).toBeGreaterThanOrEqual(150);
    expect(distinct(column(company.legal_entities, "short_name"))).toBe(company.legal_entities.length);
    expect(distinct(column(company.individuals, "full_name"))).toBe(company.individuals.length);
    expect(distinct(column(company.individuals, "email"))).toBe(column(company.individuals, "email").length);
    expect(distinct(column(company.leads, "notes"))).toBeGreaterThanOrEqual(100);
    expect(distinct(column(company.individuals, "city"))).toBeGreaterThanOrEqual(15);
  });

  it("tells a likely story", () => {
    const seen = new Set(column(company.leads, "lead_status"));
    expect([...seen].sort()).toEqual(["In progress", "Lost", "New", "Proposal", "Qualified", "Won"]);
    for (const lead of company.leads) {
      if (lead.rejection_reason !== undefined) expect(lead.lead_status).toBe("Lost");
      if (lead.responsible !== undefined) expect(["owner", "manager"]).toContain(lead.responsible);
      if (lead.rating !== undefined) expect([1, 2, 3, 4, 5]).toContain(lead.rating);
      if (lead.last_contact_date !== undefined)
        expect(String(lead.last_contact_date) <= "2026-11-01").toBe(true);
    }
    expect(new Set(column(company.leads, "responsible"))).toEqual(new Set(["owner", "manager"]));
    for (const date of column(company.legal_entities, "registration_date"))
      expect(date < "2026-11-01").toBe(true);
  });
});

describe("Russian identifiers of the demo company", () => {
  const { leads, individuals, legal_entities: companies } = demoCompany("ru");

  it("pass the checksums, with ten digits for a company and twelve for a person", () => {
    for (const inn of column(companies, "inn")) expect(inn).toHaveLength(10);
    for (const inn of column(individuals, "inn")) expect(inn).toHaveLength(12);
    for (const { organization_name: organization, inn } of leads) {
      if (inn !== undefined) expect(inn).toHaveLength(String(organization).startsWith("ИП ") ? 12 : 10);
    }
    for (const inn of [leads, individuals, companies].flatMap((rows) => column(rows, "inn"))) {
      expect(innIsValid(inn), inn).toBe(true);
      expect(inn.startsWith("97"), "a region that does not exist").toBe(true);
    }
    for (const ogrn of column(companies, "ogrn")) expect(ogrnIsValid(ogrn), ogrn).toBe(true);
    for (const kpp of column(companies, "kpp")) expect(kpp).toMatch(/^\d{4}[0-9A-Z]{2}\d{3}$/);
  });

  it("belong to one company each and agree with one another", () => {
    expect(distinct(column(companies, "inn"))).toBe(companies.length);
    expect(distinct(column(companies, "ogrn"))).toBe(column(companies, "ogrn").length);
    for (const { inn, kpp, ogrn } of companies) {
      if (kpp !== undefined) expect(String(kpp).slice(0, 4)).toBe(String(inn).slice(0, 4));
      if (ogrn !== undefined) expect(String(ogrn).slice(3, 7)).toBe(String(inn).slice(0, 4));
    }
  });
});

describe("STANDARD_ENTITY_TYPES", () => {
  it("has the tables and attributes that the API promises, in that order", () => {
    const promised = Object.fromEntries(
      STANDARD_ENTITY_TYPES.map(({ name, attributes }) => [
        name,
        attributes.map((attribute) => attribute.name + (attribute.required ? "!" : "")).join(" "),
      ]),
    );
    expect(promised).toEqual({
      leads:
        "organization_name! inn contact_name contact_number email source lead_status rating rejection_reason " +
        "responsible revenue last_contact_date notes",
      legal_entities:
        "short_name! full_name inn kpp ogrn status registration_date address phone_number email website revenue " +
        "net_profit notes",
      individuals: "full_name! inn city phone_number email is_sole_proprietor notes",
    });
  });

  it("is named in both languages, labelled by a required attribute and cheap to write", () => {
    for (const type of STANDARD_ENTITY_TYPES) {
      const display = type.attributes.find((attribute) => attribute.name === type.displayAttribute);
      expect(display?.required).toBe(true);
      for (const { ru, en } of [
        type.displayName,
        ...type.attributes.map((attribute) => attribute.displayName),
      ]) {
        expect(ru).toMatch(/[А-Яа-я]/);
        expect(en).toMatch(/^[A-Z][A-Za-z -]+$/);
      }
      expect(type.attributes.filter((attribute) => attribute.indexed).length).toBeLessThanOrEqual(8);
      for (const { options, default: byDefault } of type.attributes) {
        if (byDefault !== undefined) expect(options).toContain(byDefault);
      }
    }
  });
});
