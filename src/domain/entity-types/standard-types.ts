import type { Json } from "../attribute-kinds/kind.ts";

/** A text in both languages; the tenant's locale chooses when the tenant is made. */
export interface DisplayName {
  readonly ru: string;
  readonly en: string;
}

export interface StandardAttribute {
  readonly name: string;
  readonly displayName: DisplayName;
  readonly valueType: string;
  readonly required?: boolean;
  readonly unique?: boolean;
  /** Always said: each indexed attribute is one more row written whenever a record is created. */
  readonly indexed: boolean;
  readonly default?: Json;
  /** The kind's own settings, as in an attribute definition on the wire. */
  readonly settings?: Readonly<Record<string, Json>>;
  /** Inline options of a select, in their order. */
  readonly options?: readonly string[];
}

export interface StandardEntityType {
  readonly name: string;
  readonly displayName: DisplayName;
  /** Name of the attribute that labels a record. */
  readonly displayAttribute: string;
  readonly attributes: readonly StandardAttribute[];
}

const leads: StandardEntityType = {
  name: "leads",
  displayName: { ru: "Лиды", en: "Leads" },
  displayAttribute: "organization_name",
  attributes: [
    {
      name: "organization_name",
      displayName: { ru: "Организация", en: "Organization" },
      valueType: "string",
      required: true,
      indexed: true,
    },
    inn(),
    {
      name: "contact_name",
      displayName: { ru: "Контактное лицо", en: "Contact name" },
      valueType: "string",
      indexed: false,
    },
    {
      name: "contact_number",
      displayName: { ru: "Телефон контакта", en: "Contact number" },
      valueType: "phone",
      indexed: true,
    },
    email(true),
    { name: "source", displayName: { ru: "Источник", en: "Source" }, valueType: "string", indexed: false },
    {
      name: "lead_status",
      displayName: { ru: "Статус", en: "Status" },
      valueType: "select",
      // English in every locale: clients of the Python server send and expect "New".
      options: ["New", "In progress", "Qualified", "Proposal", "Won", "Lost"],
      default: "New",
      indexed: true,
    },
    {
      name: "rating",
      displayName: { ru: "Оценка", en: "Rating" },
      valueType: "integer",
      settings: { min: 1, max: 5 },
      indexed: false,
    },
    {
      name: "rejection_reason",
      displayName: { ru: "Причина отказа", en: "Rejection reason" },
      valueType: "string",
      indexed: false,
    },
    {
      name: "responsible",
      displayName: { ru: "Ответственный", en: "Responsible" },
      valueType: "user",
      indexed: true,
    },
    money("revenue", { ru: "Сумма сделки", en: "Revenue" }, true),
    {
      name: "last_contact_date",
      displayName: { ru: "Последний контакт", en: "Last contact" },
      valueType: "date",
      indexed: true,
    },
    notes(),
  ],
};

const legalEntities: StandardEntityType = {
  name: "legal_entities",
  displayName: { ru: "Юридические лица", en: "Legal entities" },
  displayAttribute: "short_name",
  attributes: [
    {
      name: "short_name",
      displayName: { ru: "Краткое наименование", en: "Short name" },
      valueType: "string",
      required: true,
      indexed: true,
    },
    {
      name: "full_name",
      displayName: { ru: "Полное наименование", en: "Full name" },
      valueType: "string",
      indexed: false,
    },
    inn(),
    {
      name: "kpp",
      displayName: { ru: "КПП", en: "KPP" },
      valueType: "string",
      settings: { format: "kpp" },
      indexed: false,
    },
    {
      name: "ogrn",
      displayName: { ru: "ОГРН", en: "OGRN" },
      valueType: "string",
      settings: { format: "ogrn" },
      indexed: true,
    },
    {
      name: "status",
      displayName: { ru: "Статус", en: "Status" },
      valueType: "select",
      options: ["Active", "Liquidating", "Liquidated", "Reorganising"],
      indexed: true,
    },
    {
      name: "registration_date",
      displayName: { ru: "Дата регистрации", en: "Registration date" },
      valueType: "date",
      indexed: true,
    },
    { name: "address", displayName: { ru: "Адрес", en: "Address" }, valueType: "string", indexed: false },
    phoneNumber(),
    email(false),
    { name: "website", displayName: { ru: "Сайт", en: "Website" }, valueType: "url", indexed: false },
    money("revenue", { ru: "Выручка", en: "Revenue" }, true),
    money("net_profit", { ru: "Чистая прибыль", en: "Net profit" }, false),
    notes(),
  ],
};

const individuals: StandardEntityType = {
  name: "individuals",
  displayName: { ru: "Физические лица", en: "Individuals" },
  displayAttribute: "full_name",
  attributes: [
    {
      name: "full_name",
      displayName: { ru: "ФИО", en: "Full name" },
      valueType: "string",
      required: true,
      indexed: true,
    },
    inn(),
    { name: "city", displayName: { ru: "Город", en: "City" }, valueType: "string", indexed: true },
    phoneNumber(),
    email(true),
    {
      name: "is_sole_proprietor",
      displayName: { ru: "Индивидуальный предприниматель", en: "Sole proprietor" },
      valueType: "boolean",
      indexed: false,
    },
    notes(),
  ],
};

/** The tables that every new tenant begins with; from then on they are tables like any other. */
export const STANDARD_ENTITY_TYPES: readonly StandardEntityType[] = [leads, legalEntities, individuals];

function inn(): StandardAttribute {
  return {
    name: "inn",
    displayName: { ru: "ИНН", en: "INN" },
    valueType: "string",
    settings: { format: "inn" },
    indexed: true,
  };
}

function email(indexed: boolean): StandardAttribute {
  return { name: "email", displayName: { ru: "Эл. почта", en: "E-mail" }, valueType: "email", indexed };
}

function phoneNumber(): StandardAttribute {
  return {
    name: "phone_number",
    displayName: { ru: "Телефон", en: "Phone number" },
    valueType: "phone",
    indexed: true,
  };
}

function money(name: string, displayName: DisplayName, indexed: boolean): StandardAttribute {
  return { name, displayName, valueType: "float", indexed };
}

function notes(): StandardAttribute {
  return { name: "notes", displayName: { ru: "Заметки", en: "Notes" }, valueType: "text", indexed: false };
}
